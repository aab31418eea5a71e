package interleave

import (
	"fmt"
	"testing"

	"lwbench/allocators"
	"lwbench/check/schedule"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// deaf is a reduced search that does not hear of one kind of object: a dependency that was forgotten.
type deaf struct {
	*schedule.Reduced
	kind smp.Object
}

func (d deaf) Touch(o smp.Object, size int, write bool) {
	if o>>56 != d.kind>>56 {
		d.Reduced.Touch(o, size, write)
	}
}

// script is a design whose alloc of page i is step i, and whose free writes the page into one entry of the page table. note
// writes what a step has seen into an entry of its CPU, so that the outcome has it.
type script struct {
	steps []func(c *mmu.CPU, s *script)
	kva   mmu.KVA
	queue smp.WaitQueue
}

type scriptBuf struct {
	kva mmu.KVA
	pg  *mmu.Page
}

func (b scriptBuf) KVA(*mmu.CPU) mmu.KVA { return b.kva }
func (b scriptBuf) Page() *mmu.Page      { return b.pg }

func (s *script) Alloc(c *mmu.CPU, pg *mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	s.steps[pg.ID()](c, s)
	return scriptBuf{s.kva, pg}, nil
}

func (s *script) Free(c *mmu.CPU, b allocators.Buf) { c.SetPTE(s.kva, b.Page()) }

func (s *script) note(c *mmu.CPU, page int) {
	c.SetPTE(s.kva+1+mmu.KVA(c.ID()), c.Machine().Page(page))
}

// interrupt makes CPU 0 write the page into the entry that all write, in an interrupt.
func (s *script) interrupt(c *mmu.CPU, page int) {
	d := c.Machine().CPU(0)
	d.Pend(func() { d.SetPTE(s.kva, c.Machine().Page(page)) })
}

func scripted(steps ...func(c *mmu.CPU, s *script)) *allocators.Design {
	return &allocators.Design{Name: "script", New: func(m *mmu.Machine, _ allocators.Tuning) (allocators.Allocator, error) {
		kva, err := m.ReserveKVA(1 + m.NCPU())
		return &script{steps: steps, kva: kva}, err
	}}
}

// The kinds of objects of package smp.
const (
	objMemory smp.Object = iota << 56
	objCPU
	objCrit
	objSleep
	objMail
	objInbox
	objPend
	objTLB
	objPTE
	objQueue
)

// received notes whether a message had come.
func received(c *mmu.CPU, s *script) {
	if _, ok := c.Recv(); ok {
		s.note(c, 1)
	}
}

// dependencies has for each kind of object a scenario in which the order of two steps matters through it alone. few has so few
// orders that all of them can be run.
var dependencies = []struct {
	name  string
	kind  smp.Object
	few   bool
	steps []func(c *mmu.CPU, s *script)
	ops   string
}{
	{"a message or none", objMail, true, []func(*mmu.CPU, *script){
		func(c *mmu.CPU, _ *script) { c.Send(1, 0) }, received,
	}, "cpus 2\n0 alloc a 0\n1 alloc b 1\n"},
	{"which message is first", objInbox, false, []func(*mmu.CPU, *script){
		func(c *mmu.CPU, _ *script) { c.Send(2, 0) },
		func(c *mmu.CPU, _ *script) { c.Send(2, 1) },
		func(c *mmu.CPU, s *script) {
			msg, _ := c.RecvUntil(smp.Forever)
			s.note(c, msg.(int))
		},
	}, "cpus 3\n0 alloc a 0\n1 alloc b 1\n2 alloc c 2\n"},
	{"a full queue or not", objQueue, false, []func(*mmu.CPU, *script){
		func(c *mmu.CPU, s *script) { // a sender that waits for room takes messages in its critical section
			c.CritEnter()
			if _, ok := c.Recv(); !ok {
				for range 10 {
					c.Send(1, 0)
					c.Order()
				}
				received(c, s)
			}
			c.CritExit()
		},
		func(c *mmu.CPU, _ *script) { c.Send(0, 0) },
	}, "cpus 2\n0 alloc a 0\n1 alloc b 1\n"},
	{"an access before its CPU is stopped or after it", objCPU, true, []func(*mmu.CPU, *script){
		func(c *mmu.CPU, s *script) { c.Kenter(s.kva, c.Machine().Page(0)) },
		func(c *mmu.CPU, s *script) {
			if pg, _ := c.PTE(s.kva); pg != nil {
				s.note(c, pg.ID())
			}
		},
	}, "cpus 2\n0 alloc a 0\n1 alloc b 1\n"},
	{"an IPI before a critical section or after it", objCrit, true, []func(*mmu.CPU, *script){
		func(c *mmu.CPU, s *script) {
			c.CritEnter()
			c.Order()
			received(c, s)
			c.CritExit()
		},
		func(c *mmu.CPU, _ *script) { c.Send(0, 0) },
	}, "cpus 2\n0 alloc a 0\n1 alloc b 1\n"},
	{"a signal before the sleep or in it", objSleep, true, []func(*mmu.CPU, *script){
		func(c *mmu.CPU, s *script) { _ = c.Sleep(&s.queue, nil, true) },
		func(c *mmu.CPU, _ *script) { c.Signal(0) },
	}, "cpus 2\n0 alloc a 0\n1 alloc b 1\n"},
	{"which handler is first", objPend, false, []func(*mmu.CPU, *script){
		func(c *mmu.CPU, _ *script) {
			for range 2 {
				c.Order()
			}
		},
		func(c *mmu.CPU, s *script) { s.interrupt(c, 0) },
		func(c *mmu.CPU, s *script) { s.interrupt(c, 1) },
	}, "cpus 3\n0 alloc a 0\n1 alloc b 1\n2 alloc c 2\n"},
	{"a TLB that is filled before it is flushed or after", objTLB, true, []func(*mmu.CPU, *script){
		func(c *mmu.CPU, s *script) { c.SetPTE(s.kva, c.Machine().Page(0)) },
		func(c *mmu.CPU, s *script) {
			all := c.Machine().All()
			c.InvalidateMask(s.kva, &all)
		},
	}, "cpus 2\n0 alloc a 0\n0 load a\n1 alloc b 1\n"},
	{"which write of a PTE is last", objPTE, true, []func(*mmu.CPU, *script){
		func(c *mmu.CPU, s *script) { c.SetPTE(s.kva, c.Machine().Page(0)) },
		func(c *mmu.CPU, s *script) { c.SetPTE(s.kva, c.Machine().Page(1)) },
	}, "cpus 2\n0 alloc a 0\n1 alloc b 1\n"},
}

// TestForgottenDependencyIsSeen: for each kind of object a reduced search that does not hear of it loses an outcome, and one that
// does has exactly the outcomes of all orders.
func TestForgottenDependencyIsSeen(t *testing.T) {
	for _, k := range dependencies {
		t.Run(k.name, func(t *testing.T) {
			p, set := plan(t, "lwbench-ops 1\n"+k.ops), setting(t, "naive", nil)
			set.Design, set.Granularity, set.Visible, set.KVAPages = scripted(k.steps...), smp.OrderedPoints, true, 8
			want, n, whole := outcomes(t, p, set, schedule.NewReduced(), mostCompared())
			got, _, _ := outcomes(t, p, set, deaf{schedule.NewReduced(), k.kind}, mostCompared())
			if _, ok := missing(got, want); !ok || !whole {
				t.Errorf("objects of kind %d can be forgotten, and none of %d outcomes of %d schedules is lost", k.kind>>56, len(want), n)
			}
			all, runs, whole := outcomes(t, p, set, schedule.NewBounded(99), mostCompared())
			if text, ok := missing(want, all); ok || whole != k.few || whole && len(all) != len(want) {
				t.Errorf("%d outcomes of %d reduced schedules, %d of %d unreduced (all: %t)\n%s", len(want), n, len(all), runs, whole, text)
			}
			t.Log(fmt.Sprint(n, " reduced, ", runs, " unreduced, ", len(want), " outcomes"))
		})
	}
}
