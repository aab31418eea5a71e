// Package lwbufrbtree is the lwbuf that keeps its mappings: a red-black tree of KVA pages by the page that each maps, in
// front of plain lwbufs. A page that is still mapped costs a walk down the tree and one more reference, no TLB work.
//
// History: the review of the lwbuf patch (Dillon, 10 March 2009) asked for "a sysctl-programmable number of elements in an
// RBTREE" whose mappings are reused as sf_bufs are; the answer of the same day (Greear) sketched it: one KVA page at a time,
// kept for ever, an LRU queue that overlaps with use; a third mail (Schubert) doubted that one page is mapped that often.
// Nobody built it. This is that sketch (ALLOCATORS.md 4.2), on lwbuf as committed on 31 March 2010.
//
//	                               PTE  local   remote  else
//	hit, on any CPU                 -     -       -     the way down the tree, refs++
//	kva, own bit set                -     -       -     -
//	kva, own bit clear              -   invlpg    -     an atomic OR on the handle's line
//	miss, tree not full             1   invlpg    -     KVA from the kernel map; into the tree
//	miss, an idle element           1   invlpg    -     out of the tree, into the tree; mask assigned
//	miss, all in use                1   invlpg    -     a plain lwbuf, back to the object cache at its free
//	set_global                      -   invlpg   all    unless the mask is full
//	free, at home                   -     -       -     refs--
//	free, elsewhere                 -     -       -     an atomic add on the element's count of them
//	sysctl max lowered              1   invlpg   all    for each idle element beyond max (kmem_free)
//
// Choices that the sketch leaves open, and what stands here:
//   - A tree grows to lwbuf-rbtree.max before it takes an idle element again: as if max elements were preallocated and
//     each got its KVA when first used. Taken to the letter (look for an idle element first) a CPU that holds one mapping
//     at a time would retain one element whatever max is.
//   - The queue is in the order of last mapping: neither a hit nor a free moves an element, as in sf_buf. A miss passes
//     over elements in use, which go to the tail, and gives up after eight: then it maps a plain lwbuf. It never sleeps.
//     Only when the KVA window is used up does it look at them all.
//   - scope=cpu has no lock, so only its own CPU may touch a tree, refs included. A handle may be freed anywhere: another
//     CPU adds to a second count, away, on a line of its own; the owner subtracts it when it looks for an idle element. References are biased to their owner (Choi, Shull, Torrellas, PACT 2018); a hit and a free at home have no
//     atomic. scope=global counts every free in away, and so frees without the lock.
//   - A page that is mapped in another CPU's tree is mapped once more in the own one.
//
// The rooms: lwbufrbtree.go (element, cache, allocator), alloc.go, free.go (and the sysctl), tree.go, lru.go.
package lwbufrbtree
