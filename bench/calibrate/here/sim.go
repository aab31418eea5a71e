package here

import (
	"context"
	"fmt"
	"math"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// rounds is the number of rounds of 16 operations of each simulated thread.
const rounds = 100

// predict runs a pattern on the virtual engine and returns the nanoseconds of one operation on its thread.
func predict(ctx context.Context, spec *mmu.Spec, costs Costs, p Pattern, threads int) (float64, error) {
	m, err := mmu.New(spec, mmu.Options{CPUs: threads, Pages: threads * filePages})
	if err != nil {
		return 0, err
	}
	base, err := m.ReserveKVA(threads * slots)
	if err != nil {
		return 0, err
	}
	// mmap_lock, held for writing by mmap; a waiter spins as long as the holder runs.
	lock := &smp.SpinLock{Name: "mmap_lock", IPIs: true}
	var begun, ended mmu.Cycles
	var cleared int
	err = m.RunContext(ctx, func(c *mmu.CPU) error {
		w := &simulated{c: c, costs: costs, contended: costs.of(threads), lock: lock, base: base + mmu.KVA(c.ID()*slots), first: c.ID() * filePages, all: m.All(), cleared: &cleared}
		s := newState(c.ID())
		if err := prepare(w, s.apart); err != nil {
			return err
		}
		if err := p.round(w, s); err != nil { // the first round finds the window in another state
			return err
		}
		begun = max(begun, c.Now())
		for range max(1, rounds*16/p.Ops) {
			if err := p.round(w, s); err != nil {
				return err
			}
		}
		ended = max(ended, c.Now())
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("%s on %d CPUs: %w", p.Name, threads, err)
	}
	return float64(ended-begun) / spec.ClockHz * 1e9 / float64(max(1, rounds*16/p.Ops)*p.Ops), nil
}

// simulated is a thread's window on the virtual engine.
type simulated struct {
	c         *mmu.CPU
	costs     Costs
	contended Contention
	lock      *smp.SpinLock
	base      mmu.KVA
	first     int // page 0 of the thread's part of the file
	all       mmu.CPUSet
	cleared   *int       // how often any CPU has invalidated, which they all do together
	seen      int        // cleared at the last first touch
	page      [slots]int // the page in the kernel's VMAs, plus 1
}

// work charges for the kernel's own work, minus the cycles that the machine charges for a part of it.
func (w *simulated) work(ns float64, less mmu.Cycles) {
	n := mmu.Cycles(math.Round(ns * w.c.Machine().Spec().ClockHz / 1e9))
	w.c.Charge(smp.CostWork, max(0, n-less))
}

// locked runs a call of ns nanoseconds under the kernel's lock, with do inside.
func (w *simulated) locked(ns float64, less mmu.Cycles, do func()) {
	w.work(max(0, -w.contended.Lock), 0) // the part outside
	w.c.Lock(w.lock)
	w.work(max(0, ns+w.contended.Lock), less)
	do()
	w.c.Unlock(w.lock)
}

func (w *simulated) mapPage(slot, page int) error {
	k := w.c.Costs()
	if pg, _ := w.c.PTE(w.base + mmu.KVA(slot)); pg != nil {
		w.locked(w.costs.MapOver, k.PTEWrite+k.Invlpg, func() { w.clear(slot, 1) })
	} else if slot > 0 && w.page[slot-1] == page { // one less, plus 1
		w.locked(w.costs.MapNext, 0, func() {})
	} else {
		w.locked(w.costs.MapFree, 0, func() {})
	}
	w.page[slot] = page + 1
	return nil
}

// clear removes n PTEs and invalidates them everywhere.
func (w *simulated) clear(slot, n int) {
	kva := w.base + mmu.KVA(slot)
	for i := range n {
		w.c.ClearPTE(kva + mmu.KVA(i))
	}
	w.c.FlushRange(kva, kva+mmu.KVA(n))
	*w.cleared++
}

func (w *simulated) touch(slot int) {
	kva, pg := w.base+mmu.KVA(slot), w.c.Machine().Page(w.first+w.page[slot]-1)
	if have, _ := w.c.PTE(kva); have == nil {
		fault := w.costs.FaultNext
		if w.seen != *w.cleared {
			w.seen, fault = *w.cleared, w.costs.Fault
		}
		w.work(fault+w.contended.Fault, w.c.Costs().PTEWrite)
		w.c.SetPTE(kva, pg)
	} else {
		w.work(w.costs.Touch, 0)
	}
	w.c.Store(kva, pg)
}

// invalidation is what the model charges the initiator for removing n pages, apart from the remote part.
func (w *simulated) invalidation(n int) mmu.Cycles {
	k := w.c.Costs()
	if n > k.FlushMax {
		return k.PTEWrite*mmu.Cycles(n) + k.FlushAll
	}
	return (k.PTEWrite + k.Invlpg) * mmu.Cycles(n)
}

// unmap's own work rises by as much with each page; its invalidations, which are measured with it, do not: they end at
// the ceiling.
func (w *simulated) unmap(slot, n int) error {
	ns := 1e9 / w.c.Machine().Spec().ClockHz
	one := w.costs.Unmap1 - float64(w.invalidation(1))*ns
	all := w.costs.UnmapN - float64(w.invalidation(slots))*ns
	w.locked(one+(all-one)*float64(n-1)/(slots-1), 0, func() { w.clear(slot, n) })
	for i := range n {
		w.page[slot+i] = 0
	}
	return nil
}
