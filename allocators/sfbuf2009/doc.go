// Package sfbuf2009 is the sf_buf that was submitted with lwbuf on 7 March 2009: the global hash is kept, under a
// spinlock, and the mappings are lwbufs; docs/DESIGNS.md, sfbuf-2009.
//
// The patch is lost. The mails say: simplified on top of lwbuf, structures from an objcache, the global hash protected by a
// spinlock, no private flag. A list head type that the 2010 commit still declares, unused, confirms the hash. How alloc
// and free use it is a reconstruction.
//
//	                              PTE  local   remote  lock
//	hit: the page is in use now    -     -       -     the hash's, twice a use
//	miss                           1   invlpg   all    the hash's; the rendezvous happens outside it
//	free, others hold it           -     -       -     the hash's
//	free, the last one             -     -       -     the hash's; then two magazine pushes
//
// A mapping lives only while it is held; unlike package sfbuf nothing is retained after the last free. Concurrent users of
// one page share one mapping.
//
// The rendezvous must not run under the spinlock (invariant I9): a CPU that spins for the lock is in a critical section
// and never arrives. So a miss drops the lock, maps, and searches again before it inserts. The loser of a race frees its
// mapping and uses the winner's. An entry is in the hash only when it is valid on every CPU.
package sfbuf2009
