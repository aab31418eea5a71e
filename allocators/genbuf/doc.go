// Package genbuf is a design born in this lab: a KVA page is used again only by a CPU that has flushed its TLB since the page's
// PTE was cleared. docs/DESIGNS.md, genbuf, describes it for a reader who wants to write it in C.
//
//	                            PTE  local          remote  shared data
//	hit, CPU that retains it     -    -               -      -
//	miss                         1    -               -      -; one KVA page in 64 from the socket's depot, under its lock
//	kva, CPU has flushed since   -    -               -      -
//	kva, CPU has not             -    a full flush    -      -; a line of all CPUs, read
//	free, mapped for one use     1    -               -      -; on any CPU
//	free, retained, at home      -    -               -      -
//	free, retained, elsewhere    -    -               -      a line that the home CPU reads now and then
//	64 pages cleared             -    -               -      -; with a counter: an atomic add
//	set_global                   -    invlpg          invlpg rendezvous
//	no KVA left                  -    -               -      rendezvous, which takes what other CPUs do not use
//	expose pages were freed      -    a full flush    the same, waited for
//	expose_time has passed       1    a full flush    a rendezvous and the same; a PTE for each mapping that no CPU uses
//
// The rules, each with its test or mutant in docs/DESIGNS.md:
//
//	G1  A slot gets its generation after its PTE has been cleared.
//	G2  A CPU reads the clock before the flush that it stands for.
//	G3  A CPU asks for an address only after a flush that began after the slot's generation, or after set_global.
//	G4  A slot whose Accessed bit is clear keeps its generation: no TLB filled from this use of it.
//	G5  Only the home CPU raises refs, looks for idle mappings and evicts. Elsewhere counters only grow, so refs = 0 is exact.
//	G6  What a CPU does to its own table and slots is one critical section; the rendezvous comes between two of them.
//	G7  With expose set, no more pages than that can be reached after their free.
//	G8  With expose_time set, no page can be reached for longer than that after its free, plus the time until the next alloc or
//	    free of any CPU, plus that of a sweep.
//
// Files: genbuf.go (data), alloc.go (the calls), table.go (retained mappings), away.go (frees elsewhere), spare.go (slots
// between two uses), grow.go (where slots come from), bound.go (expose, expose_time), sysctl.go, clock.go, audit.go.
package genbuf
