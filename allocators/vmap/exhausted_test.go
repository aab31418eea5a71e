package vmap

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
)

// TestWindowUsedUpTogether: in a window of one block for each CPU, CPUs that find it used up at the same time all get an address,
// although others may take what they have purged.
func TestWindowUsedUpTogether(t *testing.T) {
	const cpus, each = 16, 400
	for _, d := range []*allocators.Design{&Design, &Nodes} {
		m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: cpus, KVAPages: 16 * cpus})
		if err != nil {
			t.Fatal(err)
		}
		a, err := d.New(m, nil)
		if err != nil {
			t.Fatal(err)
		}
		first := m.AddPages(cpus)
		err = m.Run(func(c *mmu.CPU) error {
			for range each {
				b, err := a.Alloc(c, m.Page(first+c.ID()), 0)
				if err != nil {
					return err
				}
				a.Free(c, b)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", d.Name, err)
		}
	}
}
