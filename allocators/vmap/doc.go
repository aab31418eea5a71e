// Package vmap is Linux's vm_map_ram: per-CPU blocks of addresses that are used once, and one flush of every CPU for
// thousands of them; docs/DESIGNS.md, vmap.
//
//	                         PTE  local       remote          lock
//	alloc, n pages            n     -           -             the block's, of this CPU; no flush, since the addresses are clean
//	alloc, no block fits      n     -           -             also the vmap area lock, and the block tree's
//	kva                       -     -           -             -
//	free, on any CPU          n     -           -             the block's
//	free, block all dirty     n     -           -             also the tree's, and an atomic add to vmap_lazy_nr
//	purge                     -  a full flush  a full flush   purge lock, the lazy list's, then the vmap area lock
//	unmap aliases             -  a full flush  a full flush   purge lock, the tree's, each block's; nothing dirty: no flush
//
// History: db64fe02258f (2.6.28, October 2008) replaced a global lock and an IPI for each unmap. XFS maps its buffers with
// it. The design follows mm/vmalloc.c of 3.x and 4.x with the bump pointer of later versions: a block hands out its pages in
// order, each once. A freed piece is dirty. When all of a block is dirty, the block goes to a lazy list; when more than
// lazy_max_pages are on the list, whoever notices flushes [lowest, highest) on all CPUs and returns the areas. So an address
// is handed out again only after a global flush that came after its PTE was cleared (I7).
//
// When the KVA window is exhausted, alloc purges: it also takes fragmented blocks, which have no live piece but are not all
// dirty, from every CPU, and tries once more. Then it fails.
//
// vm_unmap_aliases purges on demand: also what is dirty in blocks that are still in use. In Linux a block that is all dirty leaves
// the tree, without a lock, before it is on the lazy list, and is missed then; here both locks are held until it is there.
//
// Nodes is the later form (2023, 2024): a lazy list, an index and a pool for each CPU. Areas of up to 256 pages that a purge has
// cleaned stay in the pool of their node, so that a new block needs no global lock. Each purge returns a quarter of each pool.
// vm_unmap_aliases leaves a fragmented block in use of which a quarter or more is free.
//
// Files: vmap.go (types, New), block.go (vm_map_ram, vm_unmap_ram), purge.go (areas, the lazy lists), aliases.go
// (vm_unmap_aliases), timer.go (lazy_time).
package vmap
