package search

import (
	"fmt"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/mmu"
)

// kmapAtomic is a stack of slots for each CPU, like Linux' kmap_atomic since 2010. With early it frees the slot
// before its PTE is cleared, the bug of the first version: an interrupt between the two finds a dirty slot.
type kmapAtomic struct {
	early bool
	cpus  []kmapStack
}

type kmapStack struct {
	top   int
	slots [4]mmu.KVA
}

type kmapBuf struct {
	page *mmu.Page
	kva  mmu.KVA
	cpu  int
}

func (b *kmapBuf) KVA(*mmu.CPU) mmu.KVA { return b.kva }
func (b *kmapBuf) Page() *mmu.Page      { return b.page }

func (a *kmapAtomic) Alloc(c *mmu.CPU, pg *mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	s := &a.cpus[c.ID()]
	if s.top == len(s.slots) {
		return nil, fmt.Errorf("kmapatomic: %w", allocators.ErrNoBuf)
	}
	kva := s.slots[s.top]
	s.top++
	if old, _ := c.PTE(kva); old != nil {
		panic("kmapatomic: the slot is not clean")
	}
	c.KenterQuick(kva, pg)
	return &kmapBuf{page: pg, kva: kva, cpu: c.ID()}, nil
}

func (a *kmapAtomic) Free(c *mmu.CPU, h allocators.Buf) {
	b := h.(*kmapBuf)
	s := &a.cpus[b.cpu]
	if a.early {
		s.top--
		c.KremoveQuick(b.kva)
		return
	}
	c.KremoveQuick(b.kva)
	s.top--
}

func kmapDesign(early bool) *allocators.Design {
	return &allocators.Design{Name: "kmapatomic", Abilities: allocators.Abilities{CPUPrivate: true, FixedSize: true}, New: func(m *mmu.Machine, _ allocators.Tuning) (allocators.Allocator, error) {
		a := &kmapAtomic{early: early, cpus: make([]kmapStack, m.NCPU())}
		for i := range a.cpus {
			base, err := m.ReserveKVA(len(a.cpus[i].slots))
			if err != nil {
				return nil, err
			}
			for k := range a.cpus[i].slots {
				a.cpus[i].slots[k] = base + mmu.KVA(k)
			}
		}
		return a, nil
	}}
}

const irq2 = `lwbench-ops 1
cpus 1
pages 3
0 alloc a 0
0 load a
0 free a
0! alloc i 2 nowait
0! load i
0! free i
`

// TestInterruptBetweenTwoStatements: an interrupt that maps, reads and unmaps finds the dirty slot, between top-- and
// the following primitive; the correct order has no failure.
func TestInterruptBetweenTwoStatements(t *testing.T) {
	for _, early := range []bool{true, false} {
		d := kmapDesign(early)
		trace, err := ops.Parse("irq2.ops", strings.NewReader(irq2))
		if err != nil {
			t.Fatal(err)
		}
		trace.Header = []ops.HeaderLine{{Key: "design", Text: d.Name}}
		k, err := NewScenario(trace, machine(t), []*allocators.Design{d})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Run(t.Context(), Options{Design: d, Machine: machine(t), Scenario: k, Bound: 2, Budget: 10000})
		if err != nil {
			t.Fatal(err)
		}
		if r.Found != early || !early && r.Exhausted != 1 {
			t.Errorf("early %t: %s", early, r.JSON())
		}
		if early && r.Kind != "panic" {
			t.Errorf("found a %s: %s", r.Kind, r.Text)
		}
		cold := hunts(t, d, nil)
		if cold.Found != early || early && (cold.Kind != "panic" || cold.CPUs != 1 || cold.Ops > 5) {
			t.Errorf("early %t, from cold: %s", early, cold.JSON())
		}
	}
}
