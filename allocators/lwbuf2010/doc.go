// Package lwbuf2010 holds two of the forms that lwbuf took before it returned to objcache alone (package lwbuf), all in the
// second half of March 2010, sys/platform/pc32/i386; docs/DESIGNS.md, lwbuf-2010.
//
// PerCPU, 18 March (5c5185ae1c, critical sections c64a8596f0): an lwbuf from an objcache gets its KVA page from a list of
// the allocating CPU and returns it to the list of the freeing CPU. If one CPU maps and another frees, KVA moves one way
// without bound: the design declares Grows, and kva-pages shows it.
//
//	                     PTE  local   remote  lock
//	alloc                 1   invlpg   -      none: a magazine pop, a node popped and freed
//	alloc, list empty     1   invlpg   -      the kernel map's, for a block of 32 pages
//	kva, own bit clear    -   invlpg   -      an atomic OR on the lwbuf's line
//	set_global            -   invlpg  all     - (unconditional)
//	free                  -     -      -      none: a node allocated and pushed, a magazine push
//
// Owner, 30 March (8d79eb09eb, "temporary fix"): an lwbuf keeps its KVA page and its owner, and returns to that CPU. A free
// on another CPU sends a passive IPI message: it lies in a queue of 16 for each pair of CPUs until the owner's next tick.
// A sender that finds more than 8 raises a real IPI and waits until at most 4 are left. KVA is bounded: a list longer than
// its reserve frees its surplus.
//
//	                          PTE  local   remote    lock
//	alloc                      1   invlpg   -        none: a pop of the CPU's list
//	free, own                  -     -      -        none: a push
//	free, own, over reserve    1   invlpg  all       the kernel map's
//	free, elsewhere            -     -      -        none: a message
//	free, elsewhere, over 8    -     -     one IPI   none: the sender waits for the owner's handler
//
// Both OR their bit into the mask in alloc, like the submitted lwbuf. That is harmless, because free has zeroed the mask.
//
// Our choices. Without KVA, 5c5185ae1c sleeps for a second and tries again; c64a8596f0 and 8d79eb09eb sleep until a free on
// the same CPU wakes them. A simulated CPU runs one thread, so that wakeup can never come; alloc fails instead. kmalloc and
// kfree of a node cost as much as a magazine operation. Where the KVA window is too small for the boot reserve of every
// CPU, the lists get half of it. A list grows outside the critical section: a kernel thread that blocks on the kernel map
// is switched away, which ends its section on that CPU; a CPU that spun there with IPIs held off would deadlock with the
// rendezvous of a CPU that frees KVA (I9; see grow_test.go). The IPI of a full queue makes the owner process that queue
// only, and leaves the list longer than its reserve until the owner's next free.
package lwbuf2010
