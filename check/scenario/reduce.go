package scenario

import (
	"slices"

	"lwbench/allocators/ops"
)

// Without returns the scenario without the operations from up to but not including to, and without those that depend
// on them: uses of a buffer that is no longer allocated. CPUs without remaining operations are removed too. With
// paired set, a free is removed only with its alloc: in the rest, the same CPU frees each buffer as before.
func Without(t *ops.Trace, from, to int, paired bool) *ops.Trace {
	s := &ops.Trace{File: t.File, Pages: t.Pages, Header: t.Header}
	refs := map[string]int{} // by live buffer: references beyond the first
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

// first returns the scenario with the first operations of each CPU, at most most, that are possible without the
// others.
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

// possible reports whether op is valid with the live buffers, and updates them.
func possible(op *ops.Op, refs map[string]int) bool {
	switch {
	case !op.Verb.Named():
		return true
	case op.Verb == ops.Alloc:
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

// renumber closes the gaps left by CPUs and handlers without operations.
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

// WithoutHeader returns the scenario without header line number i, if the machine has a value of its own.
func WithoutHeader(t *ops.Trace, i int) (*ops.Trace, bool) {
	if k := t.Header[i].Key; k == "design" || k == "set" || k == "kva" || k == "tlb" {
		return nil, false
	}
	s := *t
	s.Header = slices.Delete(slices.Clone(t.Header), i, i+1)
	return &s, true
}
