// Package quickpage is FreeBSD's pmap_quick_enter_page: one reserved KVA page on each CPU. docs/DESIGNS.md, quickpage.
//
//	          PTE  local   remote  lock
//	enter      1   invlpg    -      none; the thread is in a critical section until remove
//	remove     1     -       -      none
//
// History: added in 2015 (r286296, 713841afb) for busdma bounce buffers, which must copy to pages that have no mapping,
// in any context, without failing (source: sys/i386/i386/pmap.c of FreeBSD 12). amd64 uses the direct map.
//
// Only its own CPU uses the address, so staleness matters only there (I8), and the entry that remove leaves in the TLB is
// flushed by the next enter. The critical section of FreeBSD prevents preemption, not interrupts: other CPUs' IPIs are
// served while a page is entered.
//
// Our choice: a second enter on the CPU returns ErrNoBuf, where the kernel asserts.
package quickpage
