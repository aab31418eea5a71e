// Package rbtree_test makes the tables of README.md from the recorded files beside it, and checks that they are the ones
// that stand there: go test ./results/rbtree -update writes them anew.
//
// The rooms: tables_test.go (splices tables into the README), cells_test.go (reads the files), curves_test.go (reuse and
// cycles against lwbuf-rbtree.max), crossover_test.go (from which hit rate on caching pays).
package rbtree_test
