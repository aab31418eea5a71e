package alloctest

import (
	"errors"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/handle"
	"lwbench/mmu"
)

// global checks SetGlobal: afterwards any CPU may use the address without calling KVA, for each use of the handle.
func global(t *testing.T, d *allocators.Design) {
	const cpus = 4
	m, a := build(t, d, mmu.Options{CPUs: cpus, Pages: 8}, nil)
	g, ok := a.(allocators.Globaler)
	if !ok || d.KnownFault != "" {
		t.Skip("it has no SetGlobal, or declares a fault")
	}
	var b allocators.Buf
	var kva mmu.KVA
	err := m.Serial(8*(cpus+2), func(i int) (int, func(*mmu.CPU) error) {
		life, step := i/(cpus+2), i%(cpus+2)
		switch step {
		case 0:
			return life % cpus, func(c *mmu.CPU) (err error) {
				if b, err = a.Alloc(c, m.Page(life), 0); err == nil {
					g.SetGlobal(c, b)
					kva = b.KVA(c)
					m.Promise(c, kva, b.Page())
				}
				return err
			}
		case cpus + 1:
			return (life + 1) % cpus, func(c *mmu.CPU) error {
				m.Release(c, kva)
				a.Free(c, b)
				return nil
			}
		}
		return step - 1, func(c *mmu.CPU) error {
			c.Load(kva, b.Page())
			return nil
		}
	})
	passed(t, m, err, "")
}

// references checks Ref: the mapping lives until the last reference is freed.
func references(t *testing.T, d *allocators.Design) {
	_, probe := build(t, d, mmu.Options{CPUs: 1, Pages: 1}, nil)
	if _, counts := probe.(allocators.Referencer); !counts {
		t.Skip("it counts no references")
	}
	m, a := build(t, d, mmu.Options{CPUs: 1, Pages: 2, KVAPages: 1}, small(d, 1))
	k := a.(allocators.Referencer)
	err := m.Run(func(c *mmu.CPU) error {
		b, err := a.Alloc(c, m.Page(0), 0)
		if err != nil {
			return err
		}
		m.Promise(c, b.KVA(c), m.Page(0))
		k.Ref(c, b)
		a.Free(c, b)
		c.Load(b.KVA(c), m.Page(0))
		if _, err := a.Alloc(c, m.Page(1), allocators.NoWait); !errors.Is(err, allocators.ErrNoBuf) && !d.CannotRunOut {
			t.Errorf("Ref: the mapping must live until its last reference is freed; Alloc with one reference left: %v, want ErrNoBuf", err)
		}
		m.Release(c, b.KVA(c))
		a.Free(c, b)
		return use(c, a, m.Page(1), allocators.NoWait)
	})
	passed(t, m, err, "")
}

// severalPages checks AllocPages: mappings of 1 to MultiPage pages, in one life after another, allocated, used and freed on
// different CPUs. Each page is at its place, and the KVA window is enough for any number of lives.
func severalPages(t *testing.T, d *allocators.Design) {
	if d.MultiPage == 0 {
		t.Skip("it maps single pages")
	}
	const cpus, lives = 3, 300
	m, a := build(t, d, mmu.Options{CPUs: cpus, Pages: 2 * d.MultiPage}, nil)
	var h handle.Handle
	err := m.Serial(3*lives, func(i int) (int, func(*mmu.CPU) error) {
		life, step := i/3, i%3
		return (life + step) % cpus, func(c *mmu.CPU) (err error) {
			switch step {
			case 0:
				var list []*mmu.Page
				for k := range 1 + life%d.MultiPage {
					list = append(list, m.Page((7*life+k)%(2*d.MultiPage)))
				}
				if h, _, err = handle.AllocPages(c, a.(allocators.MultiPager), list, 0); err == nil && h.Buf.Page() != list[0] {
					t.Errorf("Buf.Page must be the first page: %v, want %v", h.Buf.Page(), list[0])
				}
				return err
			case 1:
				h.Ask(c)
				for k := range h.Len() {
					h.AccessAt(c, k, life%2 == 0)
				}
			case 2:
				h.Release(c)
				a.Free(c, h.Buf)
			}
			return nil
		}
	})
	passed(t, m, err, "AllocPages: one mapping at a time must find KVA")
}
