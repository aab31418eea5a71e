// Package lwbufrbtree is the lwbuf that keeps its mappings: a red-black tree of KVA pages by the page that each maps, in
// front of plain lwbufs. A page that is still mapped costs a walk down the tree and one more reference, no TLB work.
//
// History: the review of the lwbuf patch (Dillon, 10 March 2009) asked for "a sysctl-programmable number of elements in an
// RBTREE" whose mappings are reused as sf_bufs are; the reply of the same day (Greear) sketched it: one KVA page at a time,
// kept forever, an LRU queue that overlaps with use; a third mail (Schubert) doubted that one page is mapped that often.
// It was never built. This is that sketch (docs/DESIGNS.md, lwbuf-rbtree), on lwbuf as committed on 31 March 2010.
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
// Choices that the sketch leaves open:
//   - A tree grows to lwbuf-rbtree.max before it recycles an idle element, as if max elements were preallocated and each
//     got its KVA at first use. Recycling first, as the sketch literally says, would make a CPU that holds one mapping at a
//     time retain one element regardless of max.
//   - The queue is ordered by last mapping: neither a hit nor a free moves an element, as in sf_buf. A miss moves elements
//     in use to the tail and gives up after eight; then it maps a plain lwbuf. It never sleeps. Only when the KVA window
//     is exhausted does it scan the whole queue.
//   - A CPU that found no KVA recycles, and does not ask the kernel map again for a second or until it has given some back:
//     lwbuf's constructor also waits for a second before it asks again. A sleep is out of the question in a miss.
//   - scope=cpu has no lock, so only its own CPU may touch a tree, refs included. A handle may be freed anywhere: another
//     CPU adds to a second count, away, on its own line; the owner subtracts it when it looks for an idle element.
//     References are biased to their owner (Choi, Shull, Torrellas, PACT 2018): a hit and a free at home need no atomic.
//     scope=global counts every free in away, and so frees without the lock.
//   - A page that is mapped in another CPU's tree is mapped a second time in this CPU's.
//
// Files: lwbufrbtree.go (element, cache, allocator), alloc.go, free.go (and the sysctl), tree.go, lru.go.
package lwbufrbtree
