// Package mutants is the bug collection: real bugs of the kernels' history and artificial mutants, each a small
// change to a real file of this repository. lwbench check has to find every one without hints; lwbench check
// --mutants runs it on all.
//
// There is one file for each mutant, NAME.patch: header lines, then a unified diff that git apply accepts at the
// repository's root.
//
//	design: lwbuf                    # the design to check, by its registered name
//	set: objcache.capacity=4         # a tunable, as for --set; optional, may repeat
//	speculative: yes                 # with speculative TLB fills; optional
//	want: leak or panic              # the kinds of failure that count as found; nothing: there must be none
//	history: the real bug, with its commit, date and section of docs/DESIGNS.md, or "honest mutant" and what is dropped;
//	  lines that begin with blanks continue it
//
// A mutant whose want is nothing is not a bug: it is kept because it looks like one, and its history explains why it
// is not. Line numbers in a diff are ignored: its context must be found exactly once, so that a mutant survives
// changes elsewhere in the file, and fails its test if its own lines have changed.
//
// Files: mutants.go (the collection and its headers), patch.go (applying a diff), program.go and runner.go (building
// and checking), table.go.
package mutants
