// Package lint holds the rules of this repository as tests: which package may import which, that every exported name is
// documented, that every design is listed, that every command quoted in a document parses and every file it cites exists.
//
// It has no code of its own outside of tests. A failure reads "mmu/tlb.go:212: function Invalidate is 83 lines, at most 70".
package lint
