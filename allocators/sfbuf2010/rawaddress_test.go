package sfbuf2010

import (
	"testing"

	"lwbench/allocators/alloctest"
	"lwbench/mmu"
)

// TestRawAddress is pitfall 9 of docs/DESIGNS.md: sendfile stores the address in the mbuf, and other CPUs access it
// without calling sf_buf_kva. That is correct because of set_global, for the second use of the address too. The mutant
// sfbuf-2010-raw-address removes set_global.
func TestRawAddress(t *testing.T) {
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 2, Pages: 2})
	if err != nil {
		t.Fatal(err)
	}
	a, err := newAllocator(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	var kva mmu.KVA
	var free func(*mmu.CPU)
	err = m.Serial(6, func(i int) (int, func(*mmu.CPU) error) {
		pg := m.Page(i / 3)
		return i % 3 % 2, func(c *mmu.CPU) error {
			switch i % 3 {
			case 0:
				b, err := a.Alloc(c, pg, 0)
				if err != nil {
					return err
				}
				kva, free = b.KVA(c), func(c *mmu.CPU) { a.Free(c, b) }
			case 1:
				c.Load(kva, pg)
			case 2:
				free(c)
			}
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := m.Counters(); n.Stale != 0 {
		t.Errorf("%d stale accesses, want none", n.Stale)
	}
}

// TestReferences: five successive uses take one page of KVA. Only the last free of each use releases it.
func TestReferences(t *testing.T) {
	const use = "0 alloc a 1\n0 ref a\n0 load a\n1 free a\n0 load a\n0 free a\n"
	n := alloctest.Replay(t, &Design, nil, "cpus 2\n"+use+use+use+use+use)
	if n.Shootdowns != 5 || n.KVAPages != 1 {
		t.Errorf("%d shootdowns and %d pages of KVA, want 5 and 1", n.Shootdowns, n.KVAPages)
	}
}
