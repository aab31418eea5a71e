// Package mmu simulates the memory side of a machine: physical pages, a window of kernel virtual addresses, one shared
// page-table entry for each page of the window, and a TLB on every CPU that may disagree with it.
//
// The primitives carry the kernels' names (Kenter, KenterQuick, Qenter, InvalidateMask), so that a design reads beside
// its original. Loads and stores go through the TLB; two oracles watch each of them, always: one compares the page that
// the TLB gives with the page that the caller was promised (stale), the other knows which CPUs may still hold an older
// translation, whether their simulated TLB happens to have evicted it or not (stale-risk).
//
// The rooms: spec.go (a machine's figures; package machines reads them from files), machine.go (a machine and its run),
// page.go (pages, KVA, the kernel map), pte.go (page-table entries), tlb.go (lookup, fill, replacement), access.go (load
// and store), live.go (the same on real threads), primitives.go, shootdown.go and tlbi.go (what designs call), oracle.go (promises and findings), counters.go,
// probe.go (the event log). Time, locks and IPIs are package smp's.
package mmu
