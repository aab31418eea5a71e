// Package allocators defines the contract between the designs under study and the code that drives them: Allocator, Buf,
// Flags, Design, Tunable.
//
// A design maps a page for a short time on a simulated machine (package mmu). It charges the cycles of its own steps,
// takes simulated locks, and calls the machine's primitives by their kernel names. It does not know which engine runs it.
// docs/DESIGNS.md describes every design, its source and its costs.
//
// Subdirectories: one for each family of designs (naive, sfbuf, lwbuf), objcache (the cache that lwbuf and the later
// sf_bufs use), ops (scripted runs), alloctest (the tests that every design must pass), all (the list of designs).
package allocators
