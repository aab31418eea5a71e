// Package lwbuf is DragonFly's light-weight buffer on i386: one page of KVA that stays with a cached object and is
// remapped for every use, with a mask of the CPUs whose TLBs hold no stale entry.
//
// History: submitted on 7 March 2009 (Greear); reviewed on 10 March (Dillon), who found that alloc ORs the CPU's bit into
// a mask that still holds stale bits from the previous use; committed in another shape on 18 March 2010; back to objcache
// alone, with the fix, on 31 March 2010 (1f3936d6eb, sys/cpu/i386/misc/lwbuf.c). The submitted patch is lost: Submitted is
// a reconstruction from the mails, Fixed follows the commit (docs/DESIGNS.md, lwbuf).
//
//	                         PTE  local  remote  lock
//	alloc                     1   invlpg   -      none: a magazine pop in a critical section
//	kva, own bit set          -     -      -      -
//	kva, own bit clear        -   invlpg   -      an atomic OR on the lwbuf's line
//	set_global                -   invlpg  all     -
//	free                      -     -      -      none: a magazine push; the mask is zeroed (Submitted: kept)
//	dtor (caches full)        1   invlpg  all     the kernel map's (kmem_free of a PTE still valid, as before 04-2010)
//
// Each use costs one PTE write and one invlpg, even for the page that it mapped last. Each stray costs one invlpg.
//
// The variants differ only in the mask: alloc ORs or assigns, free keeps or zeroes it. Only OR with keep is wrong. The
// commit also counted live lwbufs in one shared word, kern.ipc.lwbuf_count, with an atomic add in alloc and in free. The
// word is not part of the idea, the submitted patch had none, and at 64 CPUs it costs far more than the mapping. So
// lwbuf.count defaults to 0; 1 is exactly the commit (see the sweep lwbuf-count).
package lwbuf
