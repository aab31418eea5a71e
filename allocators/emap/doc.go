// Package emap is NetBSD's ephemeral mapping, uvm_emap: a mapping carries a generation number, and a CPU that has not flushed
// since that generation flushes its whole TLB before it reads; docs/DESIGNS.md, emap.
//
//	                       PTE  local          remote  lock
//	alloc, n pages          n     -              -     a magazine pop; an atomic add to the global generation
//	kva, CPU up to date     -     -              -     -
//	kva, CPU behind         -   a full flush     -     a read of the global generation
//	free, n pages           n     -              -     a magazine push
//
// There is never an IPI and never an invlpg. The rules (docs/DESIGNS.md, I4 and I7): produce increments the generation after
// the PTEs are written; consume reads the generation before it flushes; addresses come from an arena that only emap uses, so
// that free need not flush: the next produce raises the generation, and every consumer that is behind it flushes.
//
// History: uvm_emap.c 1.2 (2009) to 1.9 (2012), used for the direct write of pipes; compiled out later ("rare hangs").
//
// Simplified: NetBSD's entries are read-only and not global, and any other full flush of a CPU (a CR3 reload) advances its
// generation for free; here only consume flushes. A thread carries a generation as well, for migration and kernel
// preemption; a simulated CPU runs one thread. The generation has 64 bits here; in 32 bits 2^31 missed updates break it.
package emap
