// Package kmaplocal is Linux's per-CPU mapping of highmem pages: a stack of fixed slots on each CPU. docs/DESIGNS.md,
// kmap-local.
//
//	                         PTE  local   remote  lock
//	kmap                      1     -       -      none: the next slot of this CPU
//	kunmap                    1   invlpg    -      none
//	switch out, each mapping  1   invlpg    -      none; kmap-local only
//	switch in, each mapping   1     -       -      none; kmap-local only
//
// History: kmap_atomic disables preemption and page faults while a mapping is held. It took an explicit slot type until
// 2.6.37 (3e4d3af501cc), which made the slots a stack. kmap_local_page (5.11, f3ba3c710ac5) only disables migration, so its
// user may be preempted or sleep: a context switch takes the thread's mappings out and puts them back in. Both use fixmap
// slots of their CPU, so no other CPU ever holds an entry for them (I8).
//
// A map finds the slot's PTE clear, writes it, and flushes nothing, because the last unmap of the slot has flushed it (I7).
// The slot is reserved before its PTE is written and released after its PTE is cleared and flushed. An interrupt between
// the two steps nests on top of the stack, so neither needs a critical section.
//
// Our choice: if all slots of a CPU are in use Alloc returns ErrNoBuf, where the kernel has BUG_ON.
package kmaplocal
