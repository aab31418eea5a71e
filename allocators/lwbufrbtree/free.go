package lwbufrbtree

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Free drops a reference; the mapping stays. At home that is a plain decrement, since no other CPU writes the node. On
// other CPUs, and on every CPU if the tree is shared, it is an atomic add on a separate line, without a lock; the search
// for an idle element folds it in. A plain lwbuf returns to the object cache.
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

// Sysctl sets lwbuf-rbtree.max at run time. It stops all other CPUs: every tree drops its idle elements beyond the new
// maximum, and their KVA is freed, with a shootdown each, before Sysctl returns. Elements in use follow one by one at later
// misses in their tree. One CPU does so at a time (DragonFly's sysctl lock), since an initiator that waits counts as stopped for
// another one, and both would go through the trees at once. c must hold no lock and be in no critical section.
func (a *allocator) Sysctl(c *mmu.CPU, name string, value int64) error {
	if name != maxKnob.Name {
		return fmt.Errorf("%s cannot be changed while it runs: expected %s", name, maxKnob.Name)
	}
	r := &resize{a: a, most: int(value)}
	c.Lock(&a.sysctl)
	c.CritEnter() // no interrupt handler of this CPU sees a tree half changed
	c.CPU.Rendezvous(&a.all, smp.CPUSync, r)
	c.CritExit()
	c.Unlock(&a.sysctl)
	for _, kva := range r.gone {
		a.giveKVA(c, kva)
	}
	return nil
}

// resize runs while the other CPUs are stopped. None of them is in a critical section or holds the lock, so all trees
// may be touched.
type resize struct {
	a    *allocator
	most int
	gone []mmu.KVA // of removed elements, still mapped
}

// Initiate implements smp.Call. It costs Instr for every element.
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

// Serve implements smp.Call: the other CPUs have nothing to do.
func (r *resize) Serve(*smp.CPU) mmu.Cycles { return 0 }
