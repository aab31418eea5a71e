// Package lwbuf is DragonFly's light-weight buffer on i386: one page of KVA that stays with a cached object, mapped anew
// for every use, with a mask of the CPUs that may trust their TLB.
//
// History: submitted on 7 March 2009 (Greear); reviewed on 10 March (Dillon), who found that alloc ORs the CPU's bit into
// a mask that still holds the bits of the object's former life; committed in another shape on 18 March 2010; brought back
// to objcache alone, with the fix, on 31 March 2010 (1f3936d6eb, sys/platform/pc32/i386/... lwbuf code). The submitted
// patch is lost: Submitted is a reconstruction from the mails (ALLOCATORS.md 4.1), Fixed follows the commit (4.6).
//
//	                         PTE  local  remote  lock
//	alloc                     1   invlpg   -      none: a magazine pop in a critical section
//	kva, own bit set          -     -      -      -
//	kva, own bit clear        -   invlpg   -      an atomic OR on the lwbuf's line
//	set_global                -   invlpg  all     -
//	free                      -     -      -      none: a magazine push; the mask is zeroed (Submitted: kept)
//	dtor (caches full)        1   invlpg  all     the kernel map's (kmem_free of a PTE still valid, as before 04-2010)
//
// Cost of a use: one PTE write and one invlpg, even for the page it mapped last; strays pay one invlpg each.
//
// The two differ in the mask alone: alloc ORs or assigns, free keeps or zeroes; only OR with keep is wrong. The commit
// also counted live lwbufs in one shared word, kern.ipc.lwbuf_count, with an atomic add in alloc and in free. That word
// is not part of the idea, the submitted patch had none, and at 64 CPUs it costs many times what the mapping does. So
// lwbuf.count is 0 here; 1 is the commit to the letter (see the sweep lwbuf-count).
package lwbuf
