// Package segmap is the file-mapping segment of Solaris and illumos: a fixed table of 8 KB slots, each holding the mapping of
// one piece of a file until the slot is recycled; docs/DESIGNS.md, segmap.
//
//	                             PTE  local   remote        lock
//	getmap, found, page loaded    -     -       -           hash chain, slot; the free list, if it was idle
//	getmap, found, not loaded     1     -       -           the same, and a page fault that loads the page
//	getmap, recycled              1+k  invlpg  all CPUs     free list, slot, hash chains; k translations unloaded
//	kva                           -     -       -           -
//	release                       -     -       -           slot; the free list at the last reference
//
// A slot (smap) is keyed by vnode and offset. Here the pages of the machine are one file, so that slot k holds pages 2k and
// 2k+1. The shootdown happens when a slot is recycled and not when it is released, the same laziness as in sf_buf, but it
// always goes to every CPU: mappings are global.
//
// There is a free list for each CPU (rounded up to a power of two), and each has two queues: slots are taken from allocq and
// returned to releq, which change places when allocq runs empty. Each CPU has a rotor over the lists. A taker skips slots whose
// lock is held, then tries the next list, then sleeps. The lock order is slot, then hash or free list; allocation goes the other way and uses try-lock.
//
// If another CPU has entered the same key meanwhile, the slot just taken goes back and the other one is used.
//
// Our additions: NoWait, and a sleep that a signal ends if Catch is given. segmap over segkpm (MAXBSIZE equal to PAGESIZE, not
// on x86) is package dmap.
package segmap
