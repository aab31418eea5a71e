// Package store keeps results of cells under keys that say everything that determines them.
//
//	sources.go   digests of the program's own packages
//	key.go       the key of a cell: its design's and the lab's source, machine, workload, tunables, seed, settings
//	entry.go     a result as one line with a checksum
//	cache.go     a folder of entries for many writers; list.go lists and prunes it
//	through.go   a bench.Runner that looks into a Place before it runs a cell
//
// A key depends on source, not on the program file: the same source gives the same keys in every build for one
// architecture by one version of Go. What is in doubt counts: a change of a comment gives new keys.
package store
