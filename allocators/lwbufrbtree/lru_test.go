package lwbufrbtree

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/mmu"
)

// model is what a tree of one CPU must do, with a slice for the queue.
type model struct {
	max   int
	queue []int       // pages, the first is taken again first
	refs  map[int]int // of the pages in the queue
}

// alloc returns whether the page is found, whether a tree retains it, and which page makes room for it, or -1.
func (m *model) alloc(page int) (hit, retained bool, out int) {
	if _, ok := m.refs[page]; ok {
		m.refs[page]++
		return true, true, -1
	}
	out = -1
	if len(m.queue) >= m.max {
		if out = m.takeHead(passes); out < 0 {
			return false, false, -1
		}
		if len(m.queue)+1 > m.max { // max was lowered: this one goes for good
			return false, false, out
		}
	}
	m.refs[page] = 1
	m.queue = append(m.queue, page)
	return false, true, out
}

func (m *model) takeHead(most int) int {
	for range min(most, len(m.queue)) {
		page := m.queue[0]
		m.queue = m.queue[1:]
		if m.refs[page] == 0 {
			delete(m.refs, page)
			return page
		}
		m.queue = append(m.queue, page)
	}
	return -1
}

func (m *model) setMax(most int) {
	for m.max = most; len(m.queue) > m.max; {
		if m.takeHead(len(m.queue)) < 0 {
			return
		}
	}
}

type step struct{ what, page int }

// TestLRU runs allocs, frees on two CPUs and sysctls beside the model: hits, KVA in use, and the queue's order after
// each step must be the model's.
func TestLRU(t *testing.T) {
	for _, scope := range []int64{scopeCPU, scopeGlobal} {
		t.Run(scopeKnob.Format(scope), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { lruProgram(t, scope) })
		})
	}
}

func lruProgram(t *rapid.T, scope int64) {
	most := rapid.IntRange(1, 12).Draw(t, "max")
	steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		return step{rapid.IntRange(0, 20).Draw(t, "what"), rapid.IntRange(0, 15).Draw(t, "page")}
	}), 1, 150).Draw(t, "steps")
	m, err := mmu.New(alloctest.Spec(), mmu.Options{CPUs: 2, Pages: 16})
	if err != nil {
		t.Fatal(err)
	}
	x, err := Design.New(m, allocators.Tuning{maxKnob.Name: int64(most), scopeKnob.Name: scope})
	if err != nil {
		t.Fatal(err)
	}
	p := &lruRun{a: x.(*allocator), m: m, want: model{max: most, refs: map[int]int{}}}
	err = m.Serial(len(steps), func(i int) (int, func(*mmu.CPU) error) {
		s, cpu := steps[i], 0
		if s.what >= 10 && s.what < 16 {
			cpu = 1 // frees elsewhere
		}
		return cpu, func(c *mmu.CPU) error {
			if err := p.step(c, s); err != nil {
				return fmt.Errorf("step %d %+v: %w", i, s, err)
			}
			return p.same()
		}
	})
	if err == nil && len(m.Findings()) > 0 {
		err = errors.New(m.Findings()[0].Text)
	}
	if err != nil {
		t.Fatal(err)
	}
}

type lruRun struct {
	a    *allocator
	m    *mmu.Machine
	want model
	held []allocators.Buf
}

func (p *lruRun) step(c *mmu.CPU, s step) error {
	switch {
	case s.what < 8:
		writes := c.N.PTEWrites
		b, err := p.a.Alloc(c, p.m.Page(s.page), 0)
		if err != nil {
			return err
		}
		p.held = append(p.held, b)
		p.m.Promise(c, b.KVA(c), b.Page())
		c.Load(b.KVA(c), b.Page())
		hit, retained, _ := p.want.alloc(s.page)
		if got := c.N.PTEWrites == writes; got != hit {
			return fmt.Errorf("a hit: %v, want %v", got, hit)
		}
		if got := b.(*elem).in != nil; got != retained {
			return fmt.Errorf("retained: %v, want %v", got, retained)
		}
	case s.what < 16 && len(p.held) > 0:
		i := s.page % len(p.held)
		b := p.held[i]
		p.held = append(p.held[:i], p.held[i+1:]...)
		p.m.Release(c, b.KVA(c))
		c.Load(b.KVA(c), b.Page())
		if b.(*elem).in != nil {
			p.want.refs[b.Page().ID()]--
		}
		p.a.Free(c, b)
	case s.what == 20:
		p.want.setMax(s.page)
		return p.a.Sysctl(c, maxKnob.Name, int64(s.page))
	}
	return nil
}

// same compares queue and tree with the model.
func (p *lruRun) same() error {
	k := &p.a.caches[0]
	var got []int
	for at := k.queue.first; at != 0; at = k.tree.elem(at).next {
		m := k.tree.elem(at).handle.m
		got = append(got, m.ID())
		if int(k.tree.links[at].key) != m.ID() {
			return fmt.Errorf("key %d for %v", k.tree.links[at].key, m)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(p.want.queue) || k.queue.n != len(got) || k.count != len(got) {
		return fmt.Errorf("the queue is %v, want %v; it says %d, the count %d", got, p.want.queue, k.queue.n, k.count)
	}
	var in []*elem
	if _, err := k.tree.check(k.tree.root, 0, &in); err != nil {
		return err
	}
	if len(in) != len(got) {
		return fmt.Errorf("%d in the tree, %d in the queue", len(in), len(got))
	}
	return nil
}
