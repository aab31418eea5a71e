package genbuf

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/internal/testsize"
	"lwbench/mmu"
)

// TestExposeBound: with expose=n no more than n pages can be reached after their last free, through a PTE or any TLB, whenever no
// operation is under way (G7). Without it there are more. Operations of three CPUs follow one another; handles move.
func TestExposeBound(t *testing.T) {
	for _, d := range []struct {
		*allocators.Design
		*knobs
	}{{&Design, &stamps}, {&Counted, &counted}} {
		for _, n := range testsize.Choose([]int64{6, 0}, []int64{3, 6, 24, 96, 0}, []int64{3, 6, 24, 96, 0}) {
			for _, retain := range testsize.Choose([]int64{4096}, []int64{0, 4096}, []int64{0, 4096}) {
				t.Run(fmt.Sprintf("%s/expose=%d/retain=%d", d.Name, n, retain), func(t *testing.T) {
					most := reachable(t, d.Design, allocators.Tuning{d.expose.Name: n, d.retain.Name: retain})
					if bound := int(n); n > 0 && most > bound || n == 0 && most <= 96 {
						t.Errorf("%d freed pages were reachable at once", most)
					}
				})
			}
		}
	}
}

// reachable returns the most freed pages that were reachable at once in a run of 4,000 operations.
func reachable(t *testing.T, d *allocators.Design, tune allocators.Tuning) (most int) {
	const cpus, pages = 3, 400
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: cpus, Pages: pages, KVAPages: 1000})
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.New(m, tune)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var held []allocators.Buf
	err = m.Serial(4000, func(i int) (int, func(*mmu.CPU) error) {
		return r.IntN(cpus), func(c *mmu.CPU) error {
			if len(held) == 0 || len(held) < 20 && r.IntN(2) == 0 {
				b, err := a.Alloc(c, m.Page(r.IntN(pages)), 0)
				held = append(held, b)
				return err
			}
			k := r.IntN(len(held))
			c.Load(held[k].KVA(c), held[k].Page())
			if r.IntN(2) == 0 {
				a.Free(c, held[k])
				held[k] = held[len(held)-1]
				held = held[:len(held)-1]
			}
			most = max(most, exposed(m, held))
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Findings() {
		t.Error(f.Text)
	}
	return most
}

// exposed counts the pages without a live handle that a PTE or a TLB still reaches.
func exposed(m *mmu.Machine, held []allocators.Buf) int {
	live, found := map[*mmu.Page]bool{nil: true}, map[*mmu.Page]bool{}
	for _, b := range held {
		live[b.Page()] = true
	}
	for kva := range mmu.KVA(m.KVAHigh()) {
		for cpu := range m.NCPU() {
			if pg, ok := m.PeekTLB(cpu, kva); ok && !live[pg] {
				found[pg] = true
			}
		}
		if pg := m.PeekPTE(kva); !live[pg] {
			found[pg] = true
		}
	}
	return len(found)
}
