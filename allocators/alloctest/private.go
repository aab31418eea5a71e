package alloctest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/mmu"
)

// maxDepth bounds how many mappings slots looks for.
const maxDepth = 64

// slots returns how many mappings one CPU gets from a fresh design of fixed size before NoWait fails, at most maxDepth.
func slots(t testing.TB, d *allocators.Design, opt mmu.Options, tune allocators.Tuning) (n int) {
	t.Helper()
	opt.Pages = maxDepth
	m, a := build(t, d, opt, tune)
	err := m.Run(func(c *mmu.CPU) error {
		if c.ID() != 0 {
			return nil
		}
		for ; n < maxDepth; n++ {
			if _, err := a.Alloc(c, m.Page(n), allocators.NoWait); err != nil {
				return ignoreEmpty(err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Fatal("a fresh design must have at least one mapping for NoWait")
	}
	return n
}

// privateTrace uses mappings that never leave their CPU, nested up to depth and freed in reverse order: what a CPUPrivate
// design allows. The CPUs take turns, so every address is used again for other pages.
func privateTrace(cpus, depth int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "lwbench-ops 1\ncpus %d\npages 8\n", cpus)
	for round := range 4 {
		for cpu := range cpus {
			for i := range depth {
				fmt.Fprintf(&b, "%d alloc h%d.%d %d private\n%d store h%d.%d\n", cpu, cpu, i, (round*3+cpu+i)%8, cpu, cpu, i)
			}
			fmt.Fprintf(&b, "%d switch\n", cpu)
		}
		for cpu := range cpus {
			for i := range depth {
				fmt.Fprintf(&b, "%d load h%d.%d\n", cpu, cpu, depth-1-i)
				fmt.Fprintf(&b, "%d free h%d.%d\n", cpu, cpu, depth-1-i)
			}
		}
	}
	return b.String()
}

// trace returns the trace that a design of this kind can run, and how many allocs it makes.
func trace(t testing.TB, d *allocators.Design, cpus int) (text string, allocs int) {
	if !d.CPUPrivate {
		return serialTrace(cpus), 12 * cpus
	}
	depth := min(3, slots(t, d, mmu.Options{CPUs: cpus}, nil))
	return privateTrace(cpus, depth), 4 * cpus * depth
}

// nest uses pages inside each other's use, freed in reverse order.
func (p *program) nest(c *mmu.CPU, r *rand.Rand, depth int) error {
	pg := p.m.Page(r.IntN(p.m.NumPages()))
	b, err := p.a.Alloc(c, pg, allocators.Private|allocators.NoWait)
	if err != nil {
		return ignoreEmpty(err)
	}
	kva := b.KVA(c)
	p.m.Promise(c, kva, pg)
	c.Store(kva, pg)
	if depth > 1 {
		err = p.nest(c, r, depth-1)
	}
	c.Load(kva, pg)
	p.m.Release(c, kva)
	p.a.Free(c, b)
	return err
}

// exhaust checks a design of fixed size: after one free one more mapping fits, and no more.
func exhaust(t *testing.T, d *allocators.Design) {
	opt, tune := mmu.Options{CPUs: 2}, allocators.Tuning{}
	if pool, ok := poolOf(d); ok {
		tune[pool] = 4
	}
	n := slots(t, d, opt, tune)
	if n == maxDepth {
		t.Skipf("it has %d mappings or more", n)
	}
	opt.Pages = n + 2
	m, a := build(t, d, opt, tune)
	err := m.Run(func(c *mmu.CPU) error {
		if c.ID() != 0 {
			return nil
		}
		var held []allocators.Buf
		for range 2 {
			for len(held) < n {
				b, err := a.Alloc(c, m.Page(len(held)), allocators.NoWait)
				if err != nil {
					return fmt.Errorf("FixedSize: a fresh design gave %d mappings, and now fails with %d in use: %w", n, len(held), err)
				}
				held = append(held, b)
			}
			if _, err := a.Alloc(c, m.Page(n), allocators.NoWait); !errors.Is(err, allocators.ErrNoBuf) {
				t.Errorf("NoWait: with all %d in use Alloc must return ErrNoBuf, got %v", n, err)
			}
			a.Free(c, held[n-1])
			held = held[:n-1]
		}
		for i := len(held) - 1; i >= 0; i-- {
			a.Free(c, held[i])
		}
		return nil
	})
	passed(t, m, err, "")
}
