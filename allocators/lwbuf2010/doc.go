// Package lwbuf2010 holds two of the shapes that lwbuf went through before it came back to objcache alone (package
// lwbuf), all within a fortnight of March 2010, sys/platform/pc32/i386; docs/DESIGNS.md, lwbuf-2010.
//
// PerCPU, 18 March (5c5185ae1c, critical sections c64a8596f0): an lwbuf from an objcache gets its KVA page from a list of
// the CPU it is allocated on, and gives it to the list of the CPU it is freed on. Where one CPU maps and another frees,
// KVA moves one way for ever: Grows says so, and kva-pages shows it.
//
//	                     PTE  local   remote  lock
//	alloc                 1   invlpg   -      none: a magazine pop, a node popped and freed
//	alloc, list empty     1   invlpg   -      the kernel map's, 32 times
//	kva, own bit clear    -   invlpg   -      an atomic OR on the lwbuf's line
//	set_global            -   invlpg  all     - (whatever the mask says)
//	free                  -     -      -      none: a node made and pushed here, a magazine push
//
// Owner, 30 March (8d79eb09eb, "temporary fix"): an lwbuf keeps its KVA page and its owner for life and returns to that
// CPU, by a passive message when it is freed elsewhere: the owner finds it when it next looks. Growth is bounded: a list
// of more than 256 gives back.
//
//	                     PTE  local   remote  lock
//	alloc                 1   invlpg   -      none: a pop of the own list, a look at the queue
//	free, own             -     -      -      none: a push
//	free, own, over 256   1   invlpg  all     the kernel map's
//	free, elsewhere       -     -      -      the owner's queue: a message
//
// Both OR the own bit into the mask in alloc, as the submitted lwbuf did; it is harmless, for free has zeroed the mask.
//
// Choices of ours. The commit sleeps for a second when there is no KVA and tries again, for ever; a simulated CPU is one
// thread that nobody else could wake from its own list, so that alloc fails. kmalloc and kfree of a node cost what a
// magazine costs. The queue of passive messages (DragonFly has one for each pair of CPUs) is one for each owner here,
// under a lock; sending costs what the machine file says of messages, and no interrupt is raised. A KVA window that
// cannot hold 256 pages for each CPU twice over is reserved by half in all. A list grows outside the critical section: a
// kernel thread that blocks on the kernel map is switched away from, which ends its section on that CPU; a CPU that spun
// there with IPIs held off would deadlock with the rendezvous of a CPU that gives KVA back (I9; see grow_test.go).
package lwbuf2010
