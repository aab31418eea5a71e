// Package sfbuf is the original sf_buf of the 2009 discussion: DragonFly's sys/kern/kern_sfbuf.c from
// 24712b9068 (1 April 2004) until its removal in 5c5185ae1c (18 March 2010); docs/DESIGNS.md, sfbuf.
//
// History: FreeBSD's sendfile buffers got a hash and retained mappings after the last free. DragonFly ported this in
// December 2003. In 2004 it added CPU-private mappings, which flush one TLB instead of all (a pipe test went from 350 to
// 550 MB/s on a dual-CPU machine).
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
// Everything runs under the MP lock, in a critical section. Quirks of the original that we keep: replacement is FIFO by
// last insertion with lazy unlinking, not LRU (a hit never moves a buffer; a buffer in use at the head is unlinked and
// appended at its last free); freeing a buffer that is still on the list does nothing; nsffree counts list membership;
// the hash is not searched again after a sleep, so two buffers can map one page; a free wakes one sleeper, even one that
// a signal is about to interrupt. There is no sf_buf_ref in this period.
//
// The mask is global only when a global operation assigned the constant of all ones. Our addition: NoWait.
package sfbuf
