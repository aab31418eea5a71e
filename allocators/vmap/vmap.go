package vmap

import (
	"math/bits"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// vblock is struct vmap_block. lock guards free, dirty and the pieces.
type vblock struct {
	area
	lock   smp.SpinLock
	line   smp.Line
	cpu    int // whose queue it is on while it has free pages
	free   int // pages never handed out; the next one is at size - free
	dirty  int // pages freed
	pieces []piece
	// dirtyMin and dirtyMax are the range of pages freed since vm_unmap_aliases has flushed last; max 0 is none.
	dirtyMin, dirtyMax int
}

// piece is a mapping of one or more pages, and its handle.
type piece struct {
	b   *vblock
	kva mmu.KVA
	m   *mmu.Page // the first page
	n   int       // pages; 0 is not live
}

// area is struct vmap_area: a range of the KVA window.
type area struct {
	kva  mmu.KVA
	n    int
	node int // the CPU whose pool it returns to, with node pools
}

// queue is struct vmap_block_queue of one CPU: its blocks that have free pages. Readers walk a list that no writer changes;
// writers hold the lock and publish a new one, as RCU does.
type queue struct {
	lock smp.SpinLock
	list smp.Pointer[[]*vblock]
	_    [64]byte
}

// tree is an index of blocks by address: vmap_block_tree, or one of the xarrays that replaced it.
type tree struct {
	lock   smp.SpinLock
	blocks []*vblock // by address
	_      [64]byte
}

// node is struct vmap_node: the lazily freed areas, and the pool of cleaned ones. vmap has one for the machine, without a pool.
type node struct {
	lazyLock smp.SpinLock
	lazyLine smp.Line
	lazyList []area

	poolLock smp.SpinLock
	poolLine smp.Line
	pool     []area
}

// variant is what differs between the versions of vm_map_ram.
type variant struct {
	perCPU bool // a tree and a node for each CPU
	// keep is the part of a block, one in keep, that must have been handed out before vm_unmap_aliases takes a fragmented
	// block out of use (VMAP_PURGE_THRESHOLD); 0 takes any.
	keep int
	pool int // pages of the largest area that stays in its node's pool (MAX_VA_SIZE_PAGES); 0 is no pools
}

// allocator is the globals of mm/vmalloc.c.
type allocator struct {
	size      int // VMAP_BBMAP_BITS
	lazyMax   int // lazy_max_pages
	threshold int // vm_unmap_aliases purges fragmented blocks with fewer free pages
	pooled    bool
	queues    []queue
	trees     []tree
	nodes     []node

	lazyNr    smp.Word // vmap_lazy_nr: pages on the lazy lists
	purgeLock smp.SpinLock

	timer *allocators.Timer // calls vm_unmap_aliases
}

var (
	_ allocators.MultiPager = (*allocator)(nil)
	_ allocators.Unaliaser  = (*allocator)(nil)
)

// newAllocator sizes blocks and the lazy list as Linux does: a block is at least twice the largest request, and the CPUs'
// blocks together are a sixteenth of the window. A window too small for a block of each CPU gets smaller ones.
func newAllocator(m *mmu.Machine, size, lazyMax int, v variant) *allocator {
	n, window := m.NCPU(), m.KVAWindow()
	if size == 0 {
		size = min(1024, max(2*maxAlloc, window/(1<<bits.Len(uint(n-1)))/16))
	}
	if lazyMax == 0 {
		lazyMax = bits.Len(uint(n)) * (32 << 20) / 4096
	}
	each := 1
	if v.perCPU {
		each = n
	}
	a := &allocator{
		size: max(1, min(size, window/n)), lazyMax: lazyMax, queues: make([]queue, n), trees: make([]tree, each), nodes: make([]node, each),
		purgeLock: smp.SpinLock{Name: "vmap_purge_lock", IPIs: true},
	}
	a.pooled = a.size <= v.pool
	if a.threshold = a.size + 1; v.keep > 0 {
		a.threshold = a.size / v.keep
	}
	for i := range a.queues {
		a.queues[i].lock = smp.SpinLock{Name: "vmap_block_queue", IPIs: true}
		a.queues[i].list.Set(new([]*vblock))
	}
	for i := range each {
		a.trees[i].lock = smp.SpinLock{Name: "vmap_block_tree_lock", IPIs: true}
		a.nodes[i].lazyLock = smp.SpinLock{Name: "vmap_purge_list", IPIs: true}
		a.nodes[i].poolLock = smp.SpinLock{Name: "vmap node pool", IPIs: true}
	}
	return a
}
