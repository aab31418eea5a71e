package workload

import (
	"testing"

	"lwbench/allocators/dmap"
	"lwbench/mmu/smp"
)

// TestPeakIsThatOfVirtualTime: the engine lets CPU 0 go ahead, past its alloc, before it runs CPU 1, which frees its buffer at
// an earlier moment. At no moment are both in use.
func TestPeakIsThatOfVirtualTime(t *testing.T) {
	ahead := testSpec().SMP.RunAhead()
	hold := func(e *Env, from, to smp.Cycles) error {
		e.CPU().Charge(smp.CostWork, from-e.CPU().Now())
		h, err := e.Alloc(e.cell.Machine.Page(0), 0)
		if err != nil {
			return err
		}
		e.CPU().Charge(smp.CostWork, to-e.CPU().Now())
		e.Free(h)
		return nil
	}
	w := &Workload{Name: "apart", Setup: func(cell *Cell) (Body, error) {
		cell.Machine.AddPages(1)
		return func(e *Env) error {
			if e.CPU().ID() == 0 {
				return hold(e, ahead/2, 2*ahead)
			}
			return hold(e, ahead/8, ahead/4)
		}, nil
	}}
	if out := runCell(t, w, &dmap.Design, 2, 1, 1, nil, nil); out.PeakBufs != 1 {
		t.Errorf("%d buffers in use at once, want 1", out.PeakBufs)
	}
}
