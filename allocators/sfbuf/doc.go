// Package sfbuf is the original sf_buf of the 2009 discussion: DragonFly's sys/kern/kern_sfbuf.c as it stood from
// 24712b9068 (1 April 2004) until its removal in 5c5185ae1c (18 March 2010); ALLOCATORS.md 2.2.
//
// History: FreeBSD's sendfile buffers got a hash and kept mappings after their last free; DragonFly took that over in
// December 2003 and added CPU-private mappings in 2004, which flush one TLB in place of all (a pipe test went from 350
// to 550 MB/s on a dual-CPU machine).
//
//	                               PTE  local   remote
//	hit, private, own bit set       -     -      -
//	hit, private, own bit clear     -   invlpg   -
//	hit, global, mask all           -     -      -
//	hit, global, mask partial       -   invlpg  all CPUs, whatever the mask says
//	miss, private                   1   invlpg   -
//	miss, global                    1   invlpg  all CPUs
//	free                            -     -      -
//
// Everything runs under the MP lock, in a critical section. Quirks that are kept: replacement is FIFO by the last
// insertion with lazy unlink, not LRU (a hit never moves a buffer; one that is in use at the head is dropped from the
// list and goes to the tail at its last free); a free of a buffer still on the list does nothing at all; nsffree counts
// list membership; the hash is not searched again after a sleep, so that two buffers can map one page; one sleeper is
// woken, whether it will take the buffer or not. There is no sf_buf_ref in this period.
//
// Choice of ours: NoWait, which the original does not have.
package sfbuf
