package lwbufrbtree

import (
	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// nobody is the home of a tree that all CPUs share.
const nobody = -1

// elem is one KVA page and its mapping. In a per-CPU tree a hit and a free at home touch only the links on the path down
// the tree and these 32 bytes, which keeps the host's caches small.
//
// On the simulated machine it has two lines: the node (these fields and the links in the tree), which only the owner of
// the tree touches, and the handle, which strays touch as well. So a stray never takes a node's line from its owner.
type elem struct {
	// refs is the number of allocs minus the frees at home minus handle.folded. The element is idle if refs is 0. It may
	// also be idle while refs is positive: then handle.away counts frees that are not folded in yet.
	refs   int64
	in     *cache // the tree that retains the element; nil for a plain lwbuf
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
	away   smp.Word  // total frees on CPUs other than home
	folded int64     // how many of them are subtracted from refs
	node   *smp.Line // of the node; nil in a per-CPU tree, where it never leaves its CPU
}

// cache is one tree with its queue: a CPU's own, or the machine's.
type cache struct {
	home  int          // the CPU that owns it, or nobody
	lock  smp.SpinLock // of the shared tree
	tree  rbtree
	queue lru
	count int // elements, including those waiting for KVA
	max   int // lwbuf-rbtree.max
}

// allocator is the design on one machine.
type allocator struct {
	plain  *objcache.Cache // of elements that no tree retains: plain lwbufs
	caches []cache         // one for each CPU, or one for all
	global bool
	off    bool // no tree retains anything: plain lwbuf. It changes only while all other CPUs are stopped
	all    mmu.CPUSet
	sysctl smp.SpinLock // held by whoever stops all other CPUs
	instr  mmu.Cycles
	dry    []mmu.Cycles // for each CPU, the time before which it asks for no KVA; only that CPU touches it
	second mmu.Cycles
}

var (
	_ allocators.Globaler = (*allocator)(nil)
	_ allocators.Sysctler = (*allocator)(nil)
	_ allocators.Masked   = (*elem)(nil)
)

func newAllocator(m *mmu.Machine, most int, global bool, t allocators.Tuning) *allocator {
	n := m.NCPU()
	a := &allocator{
		global: global, off: most == 0, all: m.All(), instr: m.Spec().MMU.Instr,
		sysctl: smp.SpinLock{Name: "sysctl", IPIs: true}, dry: make([]mmu.Cycles, n), second: mmu.Cycles(m.Spec().ClockHz),
	}
	if global {
		n = 1
	}
	a.caches = make([]cache, n)
	for i := range a.caches {
		k := &a.caches[i]
		k.home, k.max = i, most
		if global {
			k.home, k.tree.line = nobody, new(smp.Line)
			k.lock.Name, k.lock.Kind = "lwbuf-rbtree", smp.TAS // struct spinlock of 2009
		}
	}
	a.plain = objcache.New(m, "lwbuf-rbtree", t, a.ctor, a.dtor)
	return a
}

// ctor makes a plain lwbuf, as lwbuf_cache_ctor: one no-fault KVA page that stays with the object.
func (a *allocator) ctor(c *mmu.CPU) (any, error) {
	kva, err := a.takeKVA(c)
	if err != nil {
		return nil, err
	}
	return &elem{handle: &handle{kva: kva}}, nil
}

// dtor frees the KVA. The PTE is still valid, so kmem_free shoots it down on every CPU.
func (a *allocator) dtor(c *mmu.CPU, obj any) { a.giveKVA(c, obj.(*elem).handle.kva) }

// takeKVA takes a page of KVA from the kernel map. A CPU that found none does not ask again for a second, as long as lwbuf's
// constructor sleeps before it asks again, or until it has given some back: otherwise each miss of each CPU would wait for
// the map's lock in vain.
func (a *allocator) takeKVA(c *mmu.CPU) (mmu.KVA, error) {
	if a.isDry(c) {
		return 0, mmu.ErrNoKVA
	}
	kva, err := c.KVAAlloc()
	if err != nil {
		a.dry[c.ID()] = c.Now() + a.second
	}
	return kva, err
}

// isDry reports whether this CPU found no KVA a short while ago. It looks at the clock only if it found none: a search of every
// order proves nothing of a design that does.
func (a *allocator) isDry(c *mmu.CPU) bool { return a.dry[c.ID()] > 0 && c.Now() < a.dry[c.ID()] }

// giveKVA gives a page of KVA back to the kernel map, as kmem_free does.
func (a *allocator) giveKVA(c *mmu.CPU, kva mmu.KVA) {
	c.KVAFree(kva)
	a.dry[c.ID()] = 0
}

// enter starts exclusive access to this CPU's cache: a critical section for a per-CPU tree, the spinlock for the shared one.
func (a *allocator) enter(c *mmu.CPU) *cache {
	if a.global {
		k := &a.caches[0]
		c.Lock(&k.lock)
		return k
	}
	c.CritEnter()
	return &a.caches[c.ID()]
}

// newElem returns a new element of the cache, not mapped yet.
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

// idle reports whether e is unreferenced, after folding in the frees on other CPUs. Reading their count is an ordered
// point and moves its line. c is nil when all other CPUs are stopped.
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

// touch is CPU.TouchLocked. It charges nothing for a nil line (a per-CPU tree) or a nil CPU (all other CPUs are stopped,
// and the caller charges a lump sum).
func touch(c *mmu.CPU, l *smp.Line, write bool) {
	if c != nil && l != nil {
		c.TouchLocked(l, write)
	}
}

// charge charges n times Instr.
func charge(c *mmu.CPU, n mmu.Cycles) {
	if c != nil {
		c.Charge(smp.CostAlloc, n*c.Costs().Instr)
	}
}
