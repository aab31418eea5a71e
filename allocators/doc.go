// Package allocators is the contract between the designs under study and everything that drives them: Allocator, Buf,
// Flags, Design, Tunable. Nothing else lives here.
//
// A design maps a page for a moment on a simulated machine (package mmu). It charges the cycles that its own steps cost,
// takes simulated locks, and calls the machine's primitives by their kernels' names; it cannot tell which engine runs it.
//
// The rooms below: one folder for each family of designs (naive, sfbuf, lwbuf), objcache (the substrate of the newer
// ones), ops (scripted runs), alloctest (what every design must pass), all (the list).
package allocators
