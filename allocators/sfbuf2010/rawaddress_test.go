package sfbuf2010

import (
	"testing"

	"lwbench/allocators/alloctest"
	"lwbench/mmu"
)

// TestRawAddress is trap 9 of ALLOCATORS.md 13.6: sendfile stores the address in the mbuf, and other CPUs touch it without
// asking sf_buf_kva. That is right because of set_global; with set_global left out the second life of the address is stale.
func TestRawAddress(t *testing.T) {
	for _, k := range []struct {
		rules rules
		stale int64
	}{{rules{}, 0}, {rules{skipGlobal: true}, 1}} {
		m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 2, Pages: 2})
		if err != nil {
			t.Fatal(err)
		}
		a, err := newAllocator(m, nil, k.rules)
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
		if n := m.Counters(); n.Stale != k.stale {
			t.Errorf("%+v: %d stale accesses, want %d", k.rules, n.Stale, k.stale)
		}
	}
}
