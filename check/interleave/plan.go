package interleave

import (
	"fmt"
	"slices"

	"lwbench/allocators/ops"
)

// Plan is a trace whose CPUs proceed independently. Each executes its lines in file order; between CPUs only the
// necessary order is kept: a buffer is used after its alloc, freed after the uses above the free, and its name is
// allocated again after that. A handler may run at any time once all of its operations are possible. Uses of a buffer
// whose alloc failed are skipped. A Plan is read-only after its creation: several runs may share it.
type Plan struct {
	*ops.Trace
	thread   [][]int  // by CPU: its operations, by their index in the trace
	handlers [][]unit // by CPU
	after    [][]int  // by operation: those that must end first
	names    []string
	name     []int    // by operation: index of its name
	turns    []string // by operation: description of the wait of a CPU that may not execute it yet
}

// unit is the operations of a handler: those from its first up to its end.
type unit struct{ from, end int }

// NewPlan computes the necessary order.
func NewPlan(t *ops.Trace) *Plan {
	p := &Plan{Trace: t, thread: make([][]int, t.CPUs), handlers: make([][]unit, t.CPUs), after: make([][]int, len(t.Ops)), name: make([]int, len(t.Ops))}

	lives := map[string]int{}
	uses, frees := map[string][]int{}, map[string][]int{}
	for i := range t.Ops {
		op := &t.Ops[i]
		p.turns = append(p.turns, fmt.Sprintf("the turn of line %d", op.Line))
		if !op.Interrupt() {
			p.thread[op.CPU] = append(p.thread[op.CPU], i)
		} else if i == 0 || t.Ops[i-1].Handler != op.Handler {
			p.handlers[op.CPU] = append(p.handlers[op.CPU], unit{i, t.Unit(i)})
		}
		if !op.Verb.Named() {
			continue
		}
		if p.name[i] = slices.Index(p.names, op.Name); p.name[i] < 0 {
			p.name[i] = len(p.names)
			p.names = append(p.names, op.Name)
		}
		switch op.Verb {
		case ops.Alloc:
			p.after[i] = frees[op.Name]
			lives[op.Name] = i
			uses[op.Name], frees[op.Name] = []int{i}, nil
		case ops.Free:
			p.after[i] = append([]int(nil), uses[op.Name]...)
			frees[op.Name] = append(frees[op.Name], i)
		default:
			p.after[i] = []int{lives[op.Name]}
			uses[op.Name] = append(uses[op.Name], i)
		}
	}
	return p
}

// waits reports whether an operation of u must come after another one.
func (p *Plan) waits(u unit) bool {
	for i := u.from; i < u.end; i++ {
		if len(p.after[i]) > 0 {
			return true
		}
	}
	return false
}
