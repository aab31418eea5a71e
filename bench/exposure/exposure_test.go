package exposure

import (
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/allocators/genbuf"
	"lwbench/allocators/kmaplocal"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/lwbufrbtree"
	"lwbench/allocators/vmap"
	"lwbench/bench/workload"
	"lwbench/mmu"
)

// play runs one use of each page after another: cpu0 maps and reads it, cpu1 reads it too where shared is set, cpu0 frees it.
func play(t *testing.T, d *allocators.Design, tune allocators.Tuning, pages []int, shared bool) workload.Exposure {
	t.Helper()
	var meter Meter
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 2, Pages: 100, Probe: &meter})
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.New(m, tune)
	if err != nil {
		t.Fatal(err)
	}
	var b allocators.Buf
	err = m.Serial(3*len(pages), func(i int) (int, func(*mmu.CPU) error) {
		pg := m.Page(pages[i/3])
		switch {
		case i%3 == 0:
			return 0, func(c *mmu.CPU) (err error) {
				b, err = a.Alloc(c, pg, 0)
				m.Tell(&mmu.Event{Kind: mmu.Allocated, CPU: 0, At: c.Now(), Page: pg})
				c.Load(b.KVA(c), pg)
				return err
			}
		case i%3 == 1 && shared:
			return 1, func(c *mmu.CPU) error {
				c.Load(b.KVA(c), pg)
				return nil
			}
		case i%3 == 1:
			return 0, func(*mmu.CPU) error { return nil }
		}
		return 0, func(c *mmu.CPU) error {
			m.Tell(&mmu.Event{Kind: mmu.Freed, CPU: 0, At: c.Now(), Page: pg})
			a.Free(c, b)
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return meter.Figures()
}

// TestKmapLocal: its free clears the PTE and then invalidates: one PTE write, and what the invlpg takes.
func TestKmapLocal(t *testing.T) {
	s := alloctest.Spec()
	f := play(t, &kmaplocal.Local, nil, []int{1}, false)
	if f.Frees != 1 || f.Left != 0 || f.Most != 1 || f.Max != s.MMU.PTEWrite {
		t.Errorf("%+v", f)
	}
}

// TestLwbuf: the KVA page keeps its old mapping until it is used again: until the next alloc writes the PTE and invalidates. On
// the second CPU it stays until that asks for the new one.
func TestLwbuf(t *testing.T) {
	s := alloctest.Spec()
	f := play(t, &lwbuf.Fixed, nil, []int{1, 2}, false)
	first := s.MMU.Magazine + s.MMU.Magazine + s.MMU.PTEWrite // the free's push; pop, PTE: the invlpg comes at this moment
	if f.Frees != 2 || f.Left != 1 || f.Most != 1 || f.Max != first {
		t.Errorf("%+v, want a maximum of %d", f, first)
	}
	shared := play(t, &lwbuf.Fixed, nil, []int{1, 2}, true)
	if shared.Max <= f.Max || shared.Left != 1 {
		t.Errorf("%+v on two CPUs, %+v on one", shared, f)
	}
}

// TestRetained: lwbuf-rbtree and genbuf keep a mapping: page 2 is reachable from its free to the end.
func TestRetained(t *testing.T) {
	for _, d := range []*allocators.Design{&lwbufrbtree.Design, &genbuf.Design} {
		f := play(t, d, nil, []int{1, 2, 3}, false)
		if f.Left != 3 || f.Most != 3 {
			t.Errorf("%s: %+v", d.Name, f)
		}
	}
}

// TestBounds: what the tunables allow: vmap's lazy_max of one block, genbuf's expose.
func TestBounds(t *testing.T) {
	pages := make([]int, 90)
	for i := range pages {
		pages[i] = i
	}
	for _, k := range []struct {
		design *allocators.Design
		tune   allocators.Tuning
		most   int
	}{
		{&vmap.Design, allocators.Tuning{"vmap.block": 4, "vmap.lazy_max": 8}, 12},
		{&genbuf.Design, allocators.Tuning{"genbuf.expose": 12}, 12},
		{&genbuf.Design, allocators.Tuning{"genbuf.expose": 12, "genbuf.retain": 0}, 12},
	} {
		f := play(t, k.design, k.tune, pages, true)
		free := play(t, k.design, nil, pages, true)
		if f.Most > k.most || f.Most < 2 || free.Most <= f.Most {
			t.Errorf("%s %v: %d pages at once, want at most %d; %d without", k.design.Name, k.tune, f.Most, k.most, free.Most)
		}
	}
}
