package vmap

import (
	"cmp"
	"fmt"
	"slices"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Alloc is vm_map_ram of one page.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	return a.AllocPages(c, []*mmu.Page{pg}, f)
}

// AllocPages is vm_map_ram: it carves a piece from a block of this CPU and writes the PTEs. It flushes nothing, since no TLB
// holds the addresses. It never sleeps. An error wraps ErrNoBuf: the KVA window is exhausted.
func (a *allocator) AllocPages(c *mmu.CPU, pages []*mmu.Page, _ allocators.Flags) (allocators.Buf, error) {
	n := len(pages)
	if n > a.size {
		return nil, fmt.Errorf("vmap: %d pages, a block has %d: %w", n, a.size, allocators.ErrNoBuf)
	}
	p := a.carve(c, n)
	if p == nil {
		b, err := a.newBlock(c)
		if err != nil {
			return nil, fmt.Errorf("vmap: %w: %w", allocators.ErrNoBuf, err)
		}
		p = b.carve(n)
		a.publish(c, b)
	}
	p.m = pages[0]
	for i, pg := range pages {
		c.SetPTE(p.kva+mmu.KVA(i), pg)
	}
	a.expire(c)
	return p, nil
}

// carve is vb_alloc: the first block of this CPU's queue that has n free pages.
func (a *allocator) carve(c *mmu.CPU, n int) *piece {
	q := &a.queues[c.ID()]
	for _, b := range *q.list.Load(&c.CPU) {
		c.Lock(&b.lock)
		c.TouchLocked(&b.line, true)
		c.Charge(smp.CostAlloc, c.Costs().Instr)
		if b.free < n {
			c.Unlock(&b.lock)
			continue
		}
		p := b.carve(n)
		if b.free == 0 {
			a.unlink(c, b)
		}
		c.Unlock(&b.lock)
		return p
	}
	return nil
}

// carve hands out the next n pages. The block's lock is held, or no other CPU knows it yet.
func (b *vblock) carve(n int) *piece {
	off := b.n - b.free
	b.free -= n
	p := &b.pieces[off]
	*p = piece{b: b, kva: b.kva + mmu.KVA(off), n: n}
	return p
}

// newBlock is the first half of new_vmap_block: a block that no other CPU knows.
func (a *allocator) newBlock(c *mmu.CPU) (*vblock, error) {
	c.Charge(smp.CostAlloc, c.Costs().Magazine) // kmalloc_node
	r, err := a.allocArea(c, a.size)
	if err != nil {
		return nil, err
	}
	b := &vblock{
		area: r, dirtyMin: a.size, cpu: c.ID(), free: a.size, pieces: make([]piece, a.size),
		lock: smp.SpinLock{Name: "vmap_block", IPIs: true},
	}
	return b, nil
}

// publish is the second half: the block goes into the block tree and, unless it is used up, to this CPU's queue.
func (a *allocator) publish(c *mmu.CPU, b *vblock) {
	a.enter(c, b)
	if b.free == 0 {
		return
	}
	q := &a.queues[b.cpu]
	c.Lock(&q.lock)
	list := append([]*vblock{b}, *q.list.Peek()...) // list_add_rcu
	q.list.Store(&c.CPU, &list)
	c.Unlock(&q.lock)
}

// unlink is list_del_rcu of a block without free pages, from the queue of its CPU. The block's lock is held.
func (a *allocator) unlink(c *mmu.CPU, b *vblock) {
	q := &a.queues[b.cpu]
	c.Lock(&q.lock)
	list := slices.DeleteFunc(slices.Clone(*q.list.Peek()), func(x *vblock) bool { return x == b })
	q.list.Store(&c.CPU, &list)
	c.Unlock(&q.lock)
}

// treeOf is addr_to_vb_xa: the index that has the block at kva.
func (a *allocator) treeOf(kva mmu.KVA) *tree { return &a.trees[int(kva)/a.size%len(a.trees)] }

// enter puts a block into its tree.
func (a *allocator) enter(c *mmu.CPU, b *vblock) {
	t := a.treeOf(b.kva)
	c.Lock(&t.lock)
	c.Charge(smp.CostAlloc, c.Costs().Hash)
	i, _ := slices.BinarySearchFunc(t.blocks, b.kva, byAddress)
	t.blocks = slices.Insert(t.blocks, i, b)
	c.Unlock(&t.lock)
}

func byAddress(b *vblock, kva mmu.KVA) int { return cmp.Compare(b.kva, kva) }

// KVA returns the address, which no TLB holds an old translation of.
func (p *piece) KVA(*mmu.CPU) mmu.KVA { return p.kva }

// Page returns the first page.
func (p *piece) Page() *mmu.Page { return p.m }

// Free is vm_unmap_ram, on any CPU: it clears the PTEs and leaves the pages dirty. The last piece of a block sends the block
// to the lazy list.
func (a *allocator) Free(c *mmu.CPU, h allocators.Buf) {
	p := h.(*piece)
	if p.n == 0 {
		panic("vm_unmap_ram: freed twice")
	}
	b, n := p.b, p.n
	p.n, p.m = 0, nil
	c.Charge(smp.CostAlloc, c.Costs().Hash) // the block tree, under RCU
	for i := range n {
		c.ClearPTE(p.kva + mmu.KVA(i))
	}
	c.Lock(&b.lock)
	c.TouchLocked(&b.line, true)
	off := int(p.kva - b.kva)
	b.dirtyMin, b.dirtyMax = min(b.dirtyMin, off), max(b.dirtyMax, off+n)
	b.dirty += n
	over := b.dirty == b.n && a.freeBlock(c, b)
	c.Unlock(&b.lock)
	if over {
		a.tryPurge(c)
	}
	a.expire(c)
}

// freeBlock is free_vmap_block: all of it is dirty, and it is on no queue. It reports whether there is enough to purge. The
// locks of the block and of the tree are held until it is on a lazy list: vm_unmap_aliases finds it in the tree, or there.
func (a *allocator) freeBlock(c *mmu.CPU, b *vblock) bool {
	t, n := a.treeOf(b.kva), &a.nodes[b.node]
	c.Lock(&t.lock)
	c.Charge(smp.CostAlloc, c.Costs().Hash)
	if i := slices.Index(t.blocks, b); i >= 0 {
		t.blocks = slices.Delete(t.blocks, i, i+1)
	}
	c.Lock(&n.lazyLock)
	c.TouchLocked(&n.lazyLine, true)
	n.lazyList = append(n.lazyList, b.area)
	c.Unlock(&n.lazyLock)
	c.Unlock(&t.lock)
	return a.lazyNr.Add(&c.CPU, int64(b.n)) > int64(a.lazyMax)
}
