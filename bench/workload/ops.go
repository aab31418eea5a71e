package workload

import (
	"errors"
	"fmt"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/bench/input"
	"lwbench/mmu"
)

// trace is an ops trace as a workload: a script of single operations, strictly one after another (see package ops).
// lwbench replay runs the same file and counts the primitives; here it has the units of a cell.
func trace() *Workload {
	return &Workload{
		Name:       "ops",
		Doc:        "an ops trace: a script of allocs, accesses and frees, one after another (lwbench replay, run --record)",
		Input:      "ops.file",
		NeedsInput: true,
		Params:     []Param{{Name: "ops.file", Doc: "the trace; - is standard input", Kind: Text}},
		CheckInput: func(cell *Cell) error {
			t, err := readTrace(cell)
			if err == nil && len(t.Ops) == 0 {
				err = fmt.Errorf("%s: the trace has no operations", t.File)
			}
			return err
		},
		Needs: func(*Cell) Needs { return Needs{Moves: true, Sleeps: true} }, // it may do anything
		Setup: func(cell *Cell) (Body, error) {
			name := cell.text("ops.file")
			t, err := readTrace(cell)
			if err != nil {
				return nil, err
			}
			if have := cell.Machine.NCPU(); have < t.CPUs {
				return nil, fmt.Errorf("%s is for %d CPUs: give --cpus %d", name, t.CPUs, t.CPUs)
			}
			s := &script{t: t, first: cell.Machine.AddPages(t.Pages), live: make(map[string]*Handle)}
			cell.steps, cell.step = len(t.Ops), s.step
			return nil, nil
		},
	}
}

func readTrace(cell *Cell) (*ops.Trace, error) {
	name := cell.text("ops.file")
	if name == "" {
		return nil, errors.New("no trace: give --param ops.file=FILE")
	}
	r, err := cell.files().Open(name)
	if err != nil {
		return nil, err
	}
	return ops.Parse(input.Title(name), r)
}

// script runs a trace through Envs.
type script struct {
	t     *ops.Trace
	first int // page 0 of the trace
	live  map[string]*Handle
}

// step returns the CPU of operation i, and the operation.
func (s *script) step(i int) (cpu int, do func(e *Env) error) {
	op := &s.t.Ops[i]
	return op.CPU, func(e *Env) error {
		if err := s.do(e, op); err != nil {
			return fmt.Errorf("%s:%d: %w", s.t.File, op.Line, err)
		}
		return nil
	}
}

func (s *script) do(e *Env, op *ops.Op) error {
	h := s.live[op.Name]
	switch op.Verb {
	case ops.Work:
		e.Work(mmu.Cycles(op.Work))
		return nil
	case ops.At:
		return nil
	case ops.Switch:
		e.cpu.SwitchAddressSpace()
		return nil
	case ops.Sysctl:
		return ops.SetTunable(e.cpu, e.cell.Design, e.cell.Alloc, op)
	case ops.Alloc:
		h, err := e.Alloc(e.cell.Machine.Page(s.first+op.Page), op.Flags)
		switch {
		case err == nil:
			s.live[op.Name] = h
		case errors.Is(err, allocators.ErrNoBuf) && op.Flags&allocators.NoWait != 0:
			err = nil
		}
		return err
	case ops.Ref, ops.Global, ops.Unalias:
		return fmt.Errorf("%v: only lwbench replay can do that", op.Verb)
	}
	if h == nil {
		return fmt.Errorf("%s is not allocated", op.Name)
	}
	switch op.Verb {
	case ops.KVA:
		e.ask(h)
	case ops.Load:
		e.Load(h)
	case ops.Store:
		e.Store(h)
	case ops.Free:
		delete(s.live, op.Name)
		e.Free(h)
	}
	return nil
}
