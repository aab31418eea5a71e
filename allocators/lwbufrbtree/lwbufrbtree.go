package lwbufrbtree

import (
	"lwbench/allocators"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// nobody is the home of an element that is in no CPU's own tree.
const nobody = -1

// elem is one KVA page with what it maps: the handle, which strays and frees on other CPUs touch. What belongs to whoever
// may walk the tree is the node, on a line of its own, so that they never take a node away from the CPU that walks over it.
type elem struct {
	node
	m     *mmu.Page
	kva   mmu.KVA
	lines *lines
	mask  mmu.CPUSet
}

// lines are the models of an element's cache lines, apart from it for the sake of the host's caches.
type lines struct {
	handle smp.Line // of m, kva and mask
	away   smp.Word // frees on other CPUs than home, ever
	folded int64    // how many of them node.refs has lost
}

// slab is how many elements of a tree stand side by side in the host's memory.
const slab = 64

// cache is one tree with its queue: a CPU's own, or the machine's.
type cache struct {
	home  int          // the CPU that it belongs to, or nobody
	lock  smp.SpinLock // where it belongs to nobody
	tree  rbtree
	queue lru
	count int // elements, and those for which KVA is being taken
	max   int // lwbuf-rbtree.max

	made []elem // not used yet
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
	return &elem{kva: kva, lines: new(lines)}, nil
}

// dtor gives the KVA back; the PTE is still valid, so kmem_free shoots it down everywhere.
func (a *allocator) dtor(c *mmu.CPU, obj any) { c.KVAFree(obj.(*elem).kva) }

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
	if len(k.made) == 0 {
		k.made = make([]elem, slab)
	}
	e := &k.made[0]
	k.made = k.made[1:]
	if k.home == nobody {
		e.node.line = new(smp.Line)
	}
	e.kva, e.in, e.lines = kva, k, new(lines)
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
	n := e.lines.away.Peek()
	if c != nil {
		n = e.lines.away.Load(&c.CPU)
	}
	*refs -= n - e.lines.folded
	e.lines.folded = n
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
