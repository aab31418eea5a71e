// Package naive is the baseline without a cache: DragonFly's sf_buf of before December 2003, FreeBSD-4's before it
// (sys/kern/uipc_syscalls.c, parent of dfbcf5a390; ALLOCATORS.md 2.0). Every use maps the page and unmaps it again.
//
//	        PTE  local   remote                                     lock
//	alloc    1   invlpg  a full flush on all CPUs, nobody waits     MP lock
//	ref      -     -     -                                          MP lock
//	free     1   invlpg  a full flush on all CPUs, nobody waits     MP lock
//
// Two PTE writes, two invlpg and two broadcasts a use. The same page sent twice takes two buffers. The buffers are a
// fixed array on one LIFO freelist; when it is empty alloc sleeps, and a free wakes everybody.
//
// Since nobody waits for the broadcast, a CPU that is handed a mapping before the IPI has reached it may use what its TLB
// held of the address (ALLOCATORS.md 13.6, trap 7). The original had that window, and so has this; lwbench check shows it.
//
// Choices of ours: NoWait (the original always waits), and kva does nothing on any CPU (every mapping is global).
package naive
