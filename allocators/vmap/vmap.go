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

// pool is the cleaned areas of one node.
type pool struct {
	lock  smp.SpinLock
	line  smp.Line
	areas []area
}

// allocator is the globals of mm/vmalloc.c.
type allocator struct {
	size    int // VMAP_BBMAP_BITS
	lazyMax int // lazy_max_pages
	queues  []queue
	pools   []pool // nil without nodes

	tree   smp.SpinLock // vmap_block_tree_lock
	lazyNr smp.Word     // vmap_lazy_nr: pages on the lazy list

	lazyLock smp.SpinLock // of the lazy list
	lazyLine smp.Line
	lazyList []area

	purgeLock smp.SpinLock
}

var _ allocators.MultiPager = (*allocator)(nil)

// newAllocator sizes blocks and the lazy list as Linux does: a block is at least twice the largest request, and the CPUs'
// blocks together are a sixteenth of the window. A window too small for a block of each CPU gets smaller ones.
func newAllocator(m *mmu.Machine, size, lazyMax int, nodes bool) *allocator {
	n, window := m.NCPU(), m.KVAWindow()
	if size == 0 {
		size = min(1024, max(2*maxAlloc, window/(1<<bits.Len(uint(n-1)))/16))
	}
	if lazyMax == 0 {
		lazyMax = bits.Len(uint(n)) * (32 << 20) / 4096
	}
	a := &allocator{
		size: max(1, min(size, window/n)), lazyMax: lazyMax, queues: make([]queue, n),
		tree: smp.SpinLock{Name: "vmap_block_tree_lock", IPIs: true}, lazyLock: smp.SpinLock{Name: "vmap_purge_list", IPIs: true},
		purgeLock: smp.SpinLock{Name: "vmap_purge_lock", IPIs: true},
	}
	for i := range a.queues {
		a.queues[i].lock = smp.SpinLock{Name: "vmap_block_queue", IPIs: true}
		a.queues[i].list.Set(new([]*vblock))
	}
	if nodes {
		a.pools = make([]pool, n)
		for i := range a.pools {
			a.pools[i].lock = smp.SpinLock{Name: "vmap node pool", IPIs: true}
		}
	}
	return a
}
