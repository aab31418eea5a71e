package lwbuf2010

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
)

// TestGrowthTakesIPIs is invariant I9 for the kernel map's lock, whose holder takes IPIs: CPUs with long lists free KVA,
// each page with a rendezvous, while others allocate some. A CPU that waits for that lock with IPIs held off would block a
// rendezvous that has stopped the lock's holder.
func TestGrowthTakesIPIs(t *testing.T) {
	const cpus, uses = 8, 256 + 150
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: cpus, Pages: 1})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Owner.New(m, allocators.Tuning{ownerReserve.Name: 0, ownerGrow.Name: 1})
	if err != nil {
		t.Fatal(err)
	}
	err = m.Run(func(c *mmu.CPU) error {
		if c.ID()%2 == 1 {
			c.Idle(600000) // until the others have started to free
		}
		var held []allocators.Buf
		for range uses {
			b, err := a.Alloc(c, m.Page(0), 0)
			if err != nil {
				return err
			}
			held = append(held, b)
		}
		for _, b := range held {
			a.Free(c, b)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if n := m.Counters(); n.Shootdowns == 0 {
		t.Error("nothing was freed: the test is void")
	}
}
