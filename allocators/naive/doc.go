// Package naive is the baseline without a cache: DragonFly's sf_buf before December 2003, inherited from FreeBSD 4
// (sys/kern/uipc_syscalls.c, parent of dfbcf5a390; docs/DESIGNS.md, naive). Every use maps the page and unmaps it again.
//
//	        PTE  local   remote                                     lock
//	alloc    1   invlpg  a full flush on all CPUs, not waited for     MP lock
//	ref      -     -     -                                          MP lock
//	free     1   invlpg  a full flush on all CPUs, not waited for     MP lock
//
// Each use costs two PTE writes, two invlpg and two broadcasts. The same page sent twice takes two buffers. The buffers
// are a fixed array on one LIFO freelist. When it is empty alloc sleeps, and a free wakes all sleepers.
//
// The initiator does not wait for the broadcast. A CPU that receives a mapping before the IPI arrives may use its old TLB
// entry (docs/DESIGNS.md, pitfall 7). The original has the same race; lwbench check finds it.
//
// Our additions: NoWait (the original always waits). kva does nothing, because every mapping is global.
package naive
