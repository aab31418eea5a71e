package sfbuf2009

import (
	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// sfBuf is struct sf_buf. The spinlock guards all of it while it is in the hash.
type sfBuf struct {
	hashNext *sfBuf
	m        *mmu.Page
	lwbuf    allocators.Buf
	refcnt   int
	line     smp.Line
}

// bucket is one chain of the hash and the cache line of its head.
type bucket struct {
	first *sfBuf
	line  smp.Line
}

// allocator is the hash of one machine, with the object cache and the lwbufs that it uses.
type allocator struct {
	spin  smp.SpinLock
	hash  []bucket
	cache *objcache.Cache
	lwbuf allocators.Allocator
}

var _ allocators.Masked = (*sfBuf)(nil)

func newAllocator(m *mmu.Machine, t allocators.Tuning) (*allocator, error) {
	lw, err := lwbuf.Fixed.New(m, t)
	if err != nil {
		return nil, err
	}
	size := 1
	for size < int(t.Get(hashKnob)) {
		size *= 2
	}
	a := &allocator{spin: smp.SpinLock{Name: "sf_buf hash", Kind: smp.TAS}, hash: make([]bucket, size), lwbuf: lw}
	a.cache = objcache.New(m, "sf_buf", t, ctor, dtor)
	return a, nil
}

func ctor(*mmu.CPU) (any, error) { return new(sfBuf), nil }

func dtor(*mmu.CPU, any) {}

// bucketOf hashes the page, as package sfbuf does.
func (a *allocator) bucketOf(pg *mmu.Page) *bucket { return &a.hash[pg.ID()&(len(a.hash)-1)] }

// find walks the chain of pg. The spinlock is held.
func (a *allocator) find(c *mmu.CPU, pg *mmu.Page) *sfBuf {
	b := a.bucketOf(pg)
	c.Charge(smp.CostAlloc, c.Costs().Hash)
	c.TouchLocked(&b.line, false)
	for sf := b.first; sf != nil; sf = sf.hashNext {
		c.TouchLocked(&sf.line, false)
		c.Charge(smp.CostAlloc, c.Costs().Compare)
		if sf.m == pg {
			return sf
		}
	}
	return nil
}

// insert links sf at the head of its chain. The spinlock is held.
func (a *allocator) insert(c *mmu.CPU, sf *sfBuf) {
	b := a.bucketOf(sf.m)
	c.TouchLocked(&b.line, true)
	c.TouchLocked(&sf.line, true)
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	sf.hashNext, b.first = b.first, sf
}

// remove unlinks sf from its chain. The spinlock is held.
func (a *allocator) remove(c *mmu.CPU, sf *sfBuf) {
	b := a.bucketOf(sf.m)
	c.TouchLocked(&b.line, true)
	at := &b.first
	for *at != sf {
		c.TouchLocked(&(*at).line, false)
		c.Charge(smp.CostAlloc, c.Costs().Compare)
		at = &(*at).hashNext
	}
	c.Charge(smp.CostAlloc, c.Costs().Instr)
	*at, sf.hashNext = sf.hashNext, nil
}
