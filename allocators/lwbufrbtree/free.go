package lwbufrbtree

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Free takes one reference back; the mapping stays. At home that is a plain decrement: nobody else writes the node. On
// another CPU, and on every CPU where the tree is the machine's, it is an atomic add on a line of its own, and no lock:
// whoever looks for an idle element takes note of it. A plain lwbuf goes back to the object cache.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	e := b.(*elem)
	switch {
	case e.in == nil:
		a.freePlain(c, e)
	case e.in.home == c.ID():
		if e.refs == 0 {
			panic("lwbuf-rbtree: freed twice")
		}
		c.CritEnter()
		e.in.tree.touch(c, e, true)
		charge(c, 1)
		e.refs--
		c.CritExit()
	default:
		e.handle.away.Add(&c.CPU, 1)
	}
}

// freePlain is lwbuf_free.
func (a *allocator) freePlain(c *mmu.CPU, e *elem) {
	if e.handle.m == nil {
		panic("lwbuf-rbtree: freed twice")
	}
	e.handle.m = nil
	e.handle.mask = mmu.CPUSet{}
	a.plain.Put(c, e)
}

// Sysctl sets lwbuf-rbtree.max while CPUs run. All others are stopped meanwhile: every tree gives up its idle elements
// beyond the new maximum, and their KVA is given back, shot down everywhere, before Sysctl returns. Elements in use follow
// one by one, at later misses in their tree. c must hold no lock and be in no critical section.
func (a *allocator) Sysctl(c *mmu.CPU, name string, value int64) error {
	if name != maxKnob.Name {
		return fmt.Errorf("%s cannot be changed while it runs: expected %s", name, maxKnob.Name)
	}
	r := &resize{a: a, most: int(value)}
	c.CPU.Rendezvous(&a.all, r)
	for _, kva := range r.gone {
		c.KVAFree(kva)
	}
	return nil
}

// resize is what Sysctl does while the other CPUs stand still. None of them is in a critical section or holds the lock
// then, so that all trees may be touched.
type resize struct {
	a    *allocator
	most int
	gone []mmu.KVA // of elements taken out of the trees, still mapped
}

// Initiate implements smp.Call. Its price is a handful of instructions for every element.
func (r *resize) Initiate(c *smp.CPU) (n mmu.Cycles) {
	empty := true
	for i := range r.a.caches {
		k := &r.a.caches[i]
		k.max = r.most
		for k.count > k.max {
			n++
			kva, ok := k.takeOut(nil, k.queue.n)
			if !ok {
				break
			}
			r.gone = append(r.gone, kva)
		}
		empty = empty && k.count == 0
	}
	r.a.off = r.most == 0 && empty
	return n * r.a.instr
}

// Serve implements smp.Call: nothing is left to do on the others.
func (r *resize) Serve(*smp.CPU) mmu.Cycles { return 0 }
