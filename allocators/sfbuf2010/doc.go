// Package sfbuf2010 is the sf_buf that DragonFly committed on 18 March 2010 (5c5185ae1c, sys/kern/kern_sfbuf.c and
// sys/sys/sfbuf.h): a reference count around an lwbuf, and nothing else; docs/DESIGNS.md, sfbuf-2010.
//
// History: the rewrite that freed sendfile from the MP lock removed the hash, the freelist, the flags and
// kern.ipc.nsfbufs, and with them the reuse of mappings. On i386 a hot file sent to many clients went from no TLB work for
// each page (package sfbuf, hit, mask all) to a PTE write and a rendezvous of all CPUs.
//
//	           PTE  local   remote  lock
//	alloc       1   invlpg   all    none: two magazine pops; lwbuf_alloc, then lwbuf_set_global
//	ref         -     -       -     none: an atomic add
//	free        -     -       -     none: an atomic add; at the last reference two magazine pushes
//
// There is no private flag: every mapping is global. There is no interruptible wait. sf_buf_free reports whether it
// dropped the last reference: 0 meant yes in 2010, 1 from 5e240fae72 (2011) on; a caller that confused them leaked or freed
// twice. Here Free returns nothing.
package sfbuf2010
