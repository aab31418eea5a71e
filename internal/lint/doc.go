// Package lint holds the rules of this repository as tests: the order of the packages, forbidden imports, the length of
// files and functions, a comment on every exported name, a list with every design, cited files that exist, documented
// dependencies, and shell functions that are defined once. CONTRIBUTING.md lists them for a contributor. cmd/lwbench
// tests that quoted commands parse.
//
// The package has no code outside of tests. A failure reads "mmu/tlb.go:212: function Invalidate is 83 lines, at most 70".
// Each rule is a function from the parsed module to a list of such complaints, and is itself tested on a small module that
// breaks it.
package lint
