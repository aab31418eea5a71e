package lwbufrbtree

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
)

// passes bounds how many elements in use a miss skips before it maps without the tree. Without the bound, a miss with
// everything in use would walk the whole queue. Skipped elements go to the tail.
const passes = 8

// Alloc looks the page up; a hit only adds a reference. It never sleeps. An error wraps ErrNoBuf: the KVA window is
// exhausted and no element is idle.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	if a.off {
		return a.allocPlain(c, pg)
	}
	k := a.enter(c)
	e := k.hit(c, pg)
	var surplus mmu.KVA
	drop, grow := false, false
	if e == nil {
		switch {
		case k.count < k.max && !a.isDry(c):
			grow = true
			k.count++
		case k.count > k.max: // max was lowered while all were in use
			surplus, drop = k.takeOut(c, passes)
		default:
			e = k.recycle(c, pg, passes)
		}
	}
	k.leave(c)
	if drop {
		a.giveKVA(c, surplus)
	}
	if grow {
		e = a.grow(c, pg)
	}
	if e != nil {
		return e, nil
	}
	b, err := a.allocPlain(c, pg)
	if err == nil {
		return b, nil
	}
	if e = a.lastResort(c, pg); e != nil {
		return e, nil
	}
	return nil, err
}

// hit finds the page in the tree and takes a reference.
func (k *cache) hit(c *mmu.CPU, pg *mmu.Page) *elem {
	e := k.tree.find(c, uint32(pg.ID()))
	if e != nil {
		k.tree.touch(c, e, true)
		charge(c, 1)
		e.refs++
	}
	return e
}

// grow allocates one page of KVA for a new element, outside the lock, because the kernel map's lock may block. The caller
// has already counted the element. It returns nil if there is no KVA.
func (a *allocator) grow(c *mmu.CPU, pg *mmu.Page) *elem {
	kva, err := a.takeKVA(c)
	k := a.enter(c)
	if err != nil {
		k.count--
		k.leave(c)
		return nil
	}
	e := (*elem)(nil)
	if k.home == nobody {
		e = k.hit(c, pg) // another CPU may have mapped the page meanwhile
	}
	if e != nil {
		k.count--
		k.leave(c)
		a.giveKVA(c, kva)
		return e
	}
	e = k.newElem(kva)
	k.enterElem(c, e, pg)
	k.leave(c)
	return e
}

// recycle maps pg with the first idle element of the LRU queue. It scans at most n elements; nil if none is idle.
func (k *cache) recycle(c *mmu.CPU, pg *mmu.Page, most int) *elem {
	e := k.takeHead(c, most)
	if e != nil {
		k.tree.remove(c, e)
		k.enterElem(c, e, pg)
	}
	return e
}

// takeOut removes the first idle element from the tree and the queue and destroys it. It returns the element's KVA, which
// is still mapped, or false if none is idle.
func (k *cache) takeOut(c *mmu.CPU, most int) (mmu.KVA, bool) {
	e := k.takeHead(c, most)
	if e == nil {
		return 0, false
	}
	k.tree.remove(c, e)
	k.tree.give(e)
	k.count--
	return e.handle.kva, true
}

// takeHead removes the first idle element from the queue. Elements in use before it go to the tail.
func (k *cache) takeHead(c *mmu.CPU, most int) *elem {
	touch(c, k.tree.line, true)
	for range min(most, k.queue.n) {
		e := k.queue.removeHead(c, &k.tree)
		charge(c, 1)
		if e.idle(c) {
			return e
		}
		k.queue.insertTail(c, &k.tree, e)
	}
	return nil
}

// enterElem maps pg with an idle element and inserts it into the tree and at the tail of the queue. The mask is assigned,
// so no bit from the previous use survives (I3).
func (k *cache) enterElem(c *mmu.CPU, e *elem, pg *mmu.Page) {
	e.refs = 1
	k.tree.insert(c, e, uint32(pg.ID()))
	touch(c, k.tree.line, true)
	k.queue.insertTail(c, &k.tree, e)
	touch(c, &e.handle.line, true)
	e.handle.m = pg
	e.handle.mask.Assign(c.ID())
	c.KenterQuick(e.handle.kva, pg)
}

// allocPlain is lwbuf_alloc: an element of the object cache, mapped for this use only.
func (a *allocator) allocPlain(c *mmu.CPU, pg *mmu.Page) (allocators.Buf, error) {
	obj, err := a.plain.Get(c, false)
	if err != nil {
		return nil, fmt.Errorf("lwbuf-rbtree: %w: %w", allocators.ErrNoBuf, err)
	}
	e := obj.(*elem)
	if e.handle.m != nil {
		panic("lwbuf-rbtree: an object in the cache still has a page")
	}
	e.handle.m = pg
	e.handle.mask.Assign(c.ID())
	c.KenterQuick(e.handle.kva, pg)
	return e, nil
}

// lastResort scans the whole queue when the KVA window is exhausted.
func (a *allocator) lastResort(c *mmu.CPU, pg *mmu.Page) *elem {
	k := a.enter(c)
	e := k.hit(c, pg)
	if e == nil {
		e = k.recycle(c, pg, k.queue.n)
	}
	k.leave(c)
	return e
}

// KVA is lwbuf_kva: a CPU that is not in the mask flushes its own entry, then publishes its bit.
func (e *elem) KVA(c *mmu.CPU) mmu.KVA {
	if !e.handle.mask.AtomicHas(c.ID()) {
		c.KenterSyncQuick(e.handle.kva)
		c.Atomic(&e.handle.line)
		e.handle.mask.AtomicAdd(c.ID())
	}
	return e.handle.kva
}

// Page returns the page that the element maps.
func (e *elem) Page() *mmu.Page { return e.handle.m }

// Mask returns the CPUs that hold no stale entry.
func (e *elem) Mask() mmu.CPUSet { return e.handle.mask.AtomicLoad() }

// SetGlobal is lwbuf_set_global: a rendezvous, unless the mask is full already.
func (a *allocator) SetGlobal(c *mmu.CPU, b allocators.Buf) {
	e := b.(*elem)
	if e.handle.mask.AtomicLoad() != a.all {
		c.KenterSync(e.handle.kva)
		e.handle.mask.AtomicStore(&a.all)
	}
}
