// Package sfbuffreebsd is FreeBSD's sf_buf on i386 with SMP, 2004 to 2014 (sys/i386/i386/vm_machdep.c); docs/DESIGNS.md,
// sfbuf-freebsd.
//
//	                                      PTE  local              remote            lock
//	hit, private, own bit set              -     -                   -              mutex
//	hit, private, own bit clear            -   invlpg                -              mutex
//	hit, global                            -   invlpg, if clear   CPUs not in mask  mutex
//	miss, old mapping accessed, private    1   invlpg                -              mutex
//	miss, old mapping accessed, global     1   invlpg             all others        mutex
//	miss, old mapping not accessed         1   invlpg, if clear   CPUs not in mask, global only
//	free                                   -     -                   -              mutex
//
// Compared with DragonFly's copy (package sfbuf): one mutex for all of it, held across the wait for IPIs; true LRU (a hit
// takes an idle buffer off the list, the last free appends it); a remote shootdown only of the CPUs that are missing from
// the mask; and no flush for a mapping that was never accessed.
//
// The last point: a TLB can hold a translation only if its Accessed bit is set. A buffer whose PTE is valid and not accessed
// is in no TLB, so the mask that was right for the mapping before it is right for the next one (I3). It pays for sendfile
// with DMA, where no CPU reads through the address. It is sound only if a speculative fill sets Accessed, too, and if none
// comes between reading the old PTE and writing the new one. FreeBSD does not exchange them atomically: lwbench check
// --speculative finds the stale access, and sfbuf-freebsd.exchange=1 repairs it.
//
// sf_buf_lock is a default mutex: it spins while its owner runs, and its waiters take IPIs (I9). The hash is not searched
// again after a sleep. free wakes all sleepers, as in 9.3; in 2006 it woke one. There is no sf_buf_ref until 2014.
package sfbuffreebsd
