package scenario

import (
	"slices"

	"lwbench/allocators/ops"
)

// Without returns the scenario without the operations from up to but not including to, and without those that need them:
// what uses a buffer that is not allocated any more. CPUs that have nothing left to do go too. With paired a free goes with
// its alloc alone: in what is left, who has freed a buffer does so still.
func Without(t *ops.Trace, from, to int, paired bool) *ops.Trace {
	s := &ops.Trace{File: t.File, Pages: t.Pages, Header: t.Header}
	refs := map[string]int{} // by buffer that is live: references beyond the first
	for i := range t.Ops {
		op := t.Ops[i]
		if i >= from && i < to && !(paired && op.Verb == ops.Free) || !possible(&op, refs) {
			continue
		}
		op.Line = len(s.Ops) + 1
		s.Ops = append(s.Ops, op)
	}
	renumber(s, t.CPUs)
	return s
}

// first returns the scenario with the first operations of each CPU, at most so many, that are possible without the others.
func first(t *ops.Trace, most int) *ops.Trace {
	s := *t
	s.Ops = nil
	refs, done := map[string]int{}, make([]int, t.CPUs)
	for _, op := range t.Ops {
		if done[op.CPU] == most || !possible(&op, refs) {
			continue
		}
		done[op.CPU]++
		op.Line = len(s.Ops) + 1
		s.Ops = append(s.Ops, op)
	}
	numberHandlers(s.Ops)
	return &s
}

// possible reports whether op can be done with the buffers that are live, and keeps book of them.
func possible(op *ops.Op, refs map[string]int) bool {
	switch op.Verb {
	case ops.Work, ops.Switch, ops.Sysctl, ops.Signal, ops.At:
		return true
	case ops.Alloc:
		refs[op.Name] = 0
		return true
	}
	n, live := refs[op.Name]
	switch {
	case !live:
		return false
	case op.Verb == ops.Ref:
		refs[op.Name]++
	case op.Verb == ops.Free && n == 0:
		delete(refs, op.Name)
	case op.Verb == ops.Free:
		refs[op.Name]--
	}
	return true
}

// renumber closes the gaps that CPUs without operations leave, and those of handlers.
func renumber(t *ops.Trace, cpus int) {
	busy := make([]bool, cpus)
	for _, op := range t.Ops {
		busy[op.CPU] = true
	}
	to := make([]int, cpus)
	for id := range cpus {
		to[id] = t.CPUs
		if busy[id] {
			t.CPUs++
		}
	}
	t.CPUs = max(t.CPUs, 1)
	numberHandlers(t.Ops)
	for i := range t.Ops {
		op := &t.Ops[i]
		op.CPU, op.To = to[op.CPU], min(to[op.To], t.CPUs-1)
	}
}

// numberHandlers numbers the handlers from 1 in file order, as a parser does.
func numberHandlers(list []ops.Op) {
	handlers, last := 0, 0
	for i := range list {
		op := &list[i]
		if op.Handler > 0 && op.Handler != last {
			handlers++
		}
		if last = op.Handler; last > 0 {
			op.Handler = handlers
		}
	}
}

// WithoutHeader returns the scenario with header line number i left out, where the machine's own value does as well.
func WithoutHeader(t *ops.Trace, i int) (*ops.Trace, bool) {
	if k := t.Header[i].Key; k == "design" || k == "set" || k == "kva" || k == "tlb" {
		return nil, false
	}
	s := *t
	s.Header = slices.Delete(slices.Clone(t.Header), i, i+1)
	return &s, true
}
