// Package check measures lwbench check on the bug collection (package mutants): each mutant is built from source with its
// patch laid over the tree, which stays as it is, and the program so built is asked what is wrong with its own design. It is
// told the design and the tunables, and nothing of the bug.
//
// The data's way: tree.go finds the source tree; build.go makes one mutant's program; search.go runs its check and reads the
// object that it prints; mutants.go feeds all of them through, builds ahead of the searches; table.go shows the rows.
package check
