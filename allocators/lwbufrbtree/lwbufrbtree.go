package lwbufrbtree

import (
	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// nobody is the home of an element that is in no CPU's own tree.
const nobody = -1

// elem is one KVA page with what it maps. In a CPU's own tree a hit and a free at home touch nothing but the links on the way
// down the tree and these 32 bytes, for the sake of the host's caches.
//
// The machine has two lines for it: the node, with what stands here and the links in the tree, which the owner of the tree
// alone touches; and the handle, which strays touch as well, so that they never take a node away from the CPU that walks
// over it.
type elem struct {
	// refs counts the allocs, less the frees at home and those elsewhere of which handle.handle.folded has taken note. The element
	// is idle when it is 0; it may be idle before.
	refs   int64
	in     *cache // the tree that retains the element; nil is none: a plain lwbuf
	handle *handle
	at     place // in the tree
	next   place // of the next one in the LRU queue
}

// handle is the part of an element that CPUs other than the owner of the tree read and write.
type handle struct {
	m      *mmu.Page
	kva    mmu.KVA
	mask   mmu.CPUSet
	line   smp.Line  // of m, kva and mask
	away   smp.Word  // frees on other CPUs than home, ever
	folded int64     // how many of them refs has lost
	node   *smp.Line // of the node; nil in a CPU's own tree, for nobody else ever takes it away
}

// cache is one tree with its queue: a CPU's own, or the machine's.
type cache struct {
	home  int          // the CPU that it belongs to, or nobody
	lock  smp.SpinLock // where it belongs to nobody
	tree  rbtree
	queue lru
	count int // elements, and those for which KVA is being taken
	max   int // lwbuf-rbtree.max
}

// allocator is the design on one machine.
type allocator struct {
	plain  *objcache.Cache // of elements that no tree retains: plain lwbufs
	caches []cache         // one for each CPU, or one for all
	global bool
	off    bool // no tree retains anything: plain lwbuf. It changes while all CPUs but one stand still
	all    mmu.CPUSet
	instr  mmu.Cycles
}

var (
	_ allocators.Globaler = (*allocator)(nil)
	_ allocators.Sysctler = (*allocator)(nil)
	_ allocators.Masked   = (*elem)(nil)
)

func newAllocator(m *mmu.Machine, most int, global bool, t allocators.Tuning) *allocator {
	a := &allocator{global: global, off: most == 0, all: m.All(), instr: m.Spec().MMU.Instr}
	n := m.NCPU()
	if global {
		n = 1
	}
	a.caches = make([]cache, n)
	for i := range a.caches {
		k := &a.caches[i]
		k.home, k.max = i, most
		if global {
			k.home, k.lock.Name, k.tree.line = nobody, "lwbuf-rbtree", new(smp.Line)
		}
	}
	a.plain = objcache.New(m, "lwbuf-rbtree", t, a.ctor, a.dtor)
	return a
}

// ctor makes a plain lwbuf, as lwbuf_cache_ctor: one no-fault KVA page that stays with the object.
func (a *allocator) ctor(c *mmu.CPU) (any, error) {
	kva, err := c.KVAAlloc()
	if err != nil {
		return nil, err
	}
	return &elem{handle: &handle{kva: kva}}, nil
}

// dtor gives the KVA back; the PTE is still valid, so kmem_free shoots it down everywhere.
func (a *allocator) dtor(c *mmu.CPU, obj any) { c.KVAFree(obj.(*elem).handle.kva) }

// enter begins a look at the cache for this CPU: a critical section where it is the CPU's own, the spinlock where not.
func (a *allocator) enter(c *mmu.CPU) *cache {
	if a.global {
		k := &a.caches[0]
		c.Lock(&k.lock)
		return k
	}
	c.CritEnter()
	return &a.caches[c.ID()]
}

// newElem makes an element for the cache, which maps nothing yet.
func (k *cache) newElem(kva mmu.KVA) *elem {
	e := k.tree.take()
	e.in, e.handle = k, &handle{kva: kva}
	if k.home == nobody {
		e.handle.node = new(smp.Line)
	}
	return e
}

func (k *cache) leave(c *mmu.CPU) {
	if k.home == nobody {
		c.Unlock(&k.lock)
	} else {
		c.CritExit()
	}
}

// idle reports whether nobody holds e, after taking note of the frees on other CPUs. Where such may be under way, reading
// their count is an ordered point and moves its line; afterwards they are all in the past. c is nil when all other CPUs
// stand still.
func (e *elem) idle(c *mmu.CPU) bool {
	refs := &e.refs
	if *refs == 0 {
		return true
	}
	n := e.handle.away.Peek()
	if c != nil {
		n = e.handle.away.Load(&c.CPU)
	}
	*refs -= n - e.handle.folded
	e.handle.folded = n
	if *refs < 0 {
		panic("lwbuf-rbtree: freed twice")
	}
	return *refs == 0
}

// touch is CPU.TouchLocked. Nothing is charged for the line of a CPU's own tree, which is nil, nor without a CPU: all CPUs
// but one stand still then, and that one pays otherwise.
func touch(c *mmu.CPU, l *smp.Line, write bool) {
	if c != nil && l != nil {
		c.TouchLocked(l, write)
	}
}

// charge lets n handfuls of ordinary instructions pass.
func charge(c *mmu.CPU, n mmu.Cycles) {
	if c != nil {
		c.Charge(smp.CostAlloc, n*c.Costs().Instr)
	}
}
