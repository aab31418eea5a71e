// Package mutants is the bug collection: real bugs of the kernels' history and honest mutants, each a small change to a real
// file of this repository. lwbench check has to find every one without being told; lwbench check --mutants runs it on all.
//
// One file a mutant, NAME.patch: header lines, then a unified diff that git apply takes at the repository's root.
//
//	design: lwbuf                    # the design to check, by its registered name
//	set: objcache.capacity=4         # a tunable, as --set takes it; optional, may repeat
//	speculative: yes                 # with speculative TLB fills; optional
//	want: leak or panic              # the kinds of failure that count as found; nothing: there must be none
//	history: the real bug, with its commit, date and section of docs/DESIGNS.md, or "honest mutant" and what is dropped;
//	  lines that begin with blanks go on with it
//
// A mutant whose want is nothing is no bug: it is kept because one would think that it is, and its history says why not.
// Line numbers in a diff are ignored: its context must be found exactly once, so that a mutant survives changes elsewhere in
// the file, and fails loudly where its own lines have changed.
//
// The rooms: mutants.go (the collection and its headers), patch.go (applying a diff).
package mutants
