// Package sfbuf2009 is the sf_buf that was submitted with lwbuf on 7 March 2009: the global hash is kept, under a
// spinlock, and the mappings are lwbufs; ALLOCATORS.md 5.2.
//
// The patch is lost. What the mails say: simplified on top of lwbuf, the structures from an objcache, the global hash
// protected by a spinlock, the private flag gone; a list head type that the commit of 2010 still declares, unused, proves
// the hash. How alloc and free use it is a reconstruction.
//
//	                              PTE  local   remote  lock
//	hit: the page is in use now    -     -       -     the hash's, twice a use
//	miss                           1   invlpg   all    the hash's; the rendezvous happens outside it
//	free, others hold it           -     -       -     the hash's
//	free, the last one             -     -       -     the hash's; then two magazine pushes
//
// A mapping lives while somebody holds it and no longer: what package sfbuf gains by keeping mappings after their last
// free is lost. Two users of one page at the same time share one mapping.
//
// The rendezvous must not happen under the spinlock (invariant I9): a CPU that spins for it sits in a critical section
// and never arrives. So a miss drops the lock, maps, and searches again before it inserts; whoever comes second gives
// its own mapping back and takes the other. An entry is in the hash only when it is good on every CPU.
package sfbuf2009
