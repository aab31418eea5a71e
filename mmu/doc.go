// Package mmu simulates the memory side of a machine: physical pages, a window of kernel virtual addresses, one
// shared page-table entry for each page of the window, and on every CPU a TLB that may disagree with it.
//
// The primitives have the kernels' names (Kenter, KenterQuick, Qenter, InvalidateMask), so that a design can be read
// beside its original. Loads and stores go through the TLB. Two oracles check each of them: one compares the page
// that the TLB gives with the page that the caller was promised (stale); the other tracks which CPUs might still hold
// an older translation, whether or not their simulated TLB has evicted it (stale-risk).
//
// Files: spec.go (a machine's figures; package machines reads them from files), machine.go (a machine and its run),
// page.go (pages, KVA, the kernel map), pte.go (page-table entries), tlb.go (lookup, fill, replacement), access.go
// (load and store), live.go (the same on real threads), primitives.go, shootdown.go and tlbi.go (the calls of
// designs), oracle.go (promises and findings), counters.go, probe.go (the event log). Package smp has time, locks and
// IPIs.
package mmu
