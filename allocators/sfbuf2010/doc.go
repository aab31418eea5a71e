// Package sfbuf2010 is the sf_buf that DragonFly committed on 18 March 2010 (5c5185ae1c, sys/kern/kern_sfbuf.c and
// sys/sys/sfbuf.h): a reference count around an lwbuf, and nothing else; ALLOCATORS.md 5.3.
//
// History: the rewrite that made sendfile free of the MP lock threw out the hash, the freelist, the flags and
// kern.ipc.nsfbufs. What it lost with them is the reuse of mappings: on i386 a hot file that is sent to many clients went
// from no TLB work a page (package sfbuf, hit, mask all) to a PTE write and a rendezvous of all CPUs a page.
//
//	           PTE  local   remote  lock
//	alloc       1   invlpg   all    none: two magazine pops; lwbuf_alloc, then lwbuf_set_global
//	ref         -     -       -     none: an atomic add
//	free        -     -       -     none: an atomic add; at the last reference two magazine pushes
//
// The private flag is gone: every mapping is global. So is the wait that a signal may interrupt. sf_buf_free says whether
// it dropped the last reference: 0 was last in 2010, 1 from 5e240fae72 (2011) on; a caller that mixed them up leaked or
// freed twice. Here Free returns nothing, and the count alone decides.
package sfbuf2010
