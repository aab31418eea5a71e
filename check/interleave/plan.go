package interleave

import (
	"fmt"

	"lwbench/allocators/ops"
)

// Plan is a trace whose CPUs go at their own pace. Each does its lines in file order; between CPUs only what must be is
// kept: a buffer is used after its alloc, freed after the uses that stand before the free, and its name is allocated again
// after that. A line of an interrupt may run at any moment from when that is so. What uses a buffer whose alloc failed is
// left out. A Plan is read-only once made: several runs may share it.
type Plan struct {
	*ops.Trace
	thread, irq [][]int // by CPU: its operations, by their index in the trace
	after       [][]int // by operation: those that must be over
	names       []string
	turns       []string // by operation: what a CPU waits for that may not do it yet
}

// NewPlan works out what must come after what.
func NewPlan(t *ops.Trace) *Plan {
	p := &Plan{Trace: t, thread: make([][]int, t.CPUs), irq: make([][]int, t.CPUs), after: make([][]int, len(t.Ops))}

	lives := map[string]int{}
	uses, frees := map[string][]int{}, map[string][]int{}
	for i := range t.Ops {
		op := &t.Ops[i]
		p.turns = append(p.turns, fmt.Sprintf("the turn of line %d", op.Line))
		if op.Interrupt {
			p.irq[op.CPU] = append(p.irq[op.CPU], i)
		} else {
			p.thread[op.CPU] = append(p.thread[op.CPU], i)
		}
		switch op.Verb {
		case ops.Work, ops.Switch, ops.Sysctl, ops.Signal:
			continue
		case ops.Alloc:
			p.after[i] = frees[op.Name]
			if _, again := lives[op.Name]; !again {
				p.names = append(p.names, op.Name)
			}
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
