// Package ops is the ops trace: a scripted run, one line an operation, written by hand, recorded from a workload or taken
// from elsewhere, and replayed step by step against any design.
//
//	lwbench-ops 1            # first line: format and version. '#' starts a comment anywhere; blank lines are skipped.
//	cpus 4                   # header lines, before the first operation; cpus is required
//	pages 128                # physical pages; optional (default: highest page named + 1)
//	0 alloc a 17 private     # CPU 0 maps page 17 and calls the buffer "a"; flags: private (SFB_CPUPRIVATE), nowait,
//	                         # catch (SFB_CATCH: a signal ends its sleep, and it fails)
//	0 load a                 # CPU 0: KVA(a), then one access, checked by the oracle
//	1 store a                # CPU 1: KVA(a) there (a stray), then one access
//	1 kva a                  # KVA(a) without an access
//	2 ref a                  # one more reference, where the design has references; else an error
//	0 free a                 # a may be allocated again afterwards
//	3 work 5000              # CPU 3 computes for 5000 cycles
//	3 global a               # makes a valid on every CPU (lwbuf_set_global), where the design can; ours
//	3 switch                 # loads another address space on CPU 3; ours
//	0 sysctl lwbuf-rbtree.max=16  # CPU 0 changes a tunable while all run, where the design can; ours
//	1 at 250000              # CPU 1 goes on 250,000 ns after the beginning, under replay --open; else nothing; ours
//	1 signal 0               # a signal for what runs on CPU 0: its sleep ends if it sleeps with catch; ours
//	0! free a                # CPU 0 does it in an interrupt handler, see below
//	0! {                     # a handler that does several operations, to the }, one a line or separated by ;
//	  alloc b 3 nowait
//	  load b
//	  free b
//	}
//
// Operations run strictly in file order, each on its CPU, one finished before the next begins: each CPU's clock is brought
// up to the finish of the operation before. A TLB flush that is broadcast and not waited for has finished when it has
// reached every CPU. An alloc that would sleep for ever in this order is an error; one with nowait fails, is counted, and
// leaves its name unallocated. Names are up to 64 letters, digits, '_', '-' or '.'. In file order a signal meets nobody
// who sleeps, and the '!' of an interrupt makes no difference.
//
// With lwbench replay --open (ReplayOpen) the lines of each CPU run in parallel, none before the time of the "at" line above
// it. Only a line on a buffer waits for another CPU: for the line before it on the same buffer.
//
// Under lwbench check the CPUs go at their own pace (package interleave). Each does its lines in file order, and between
// CPUs only what must be is kept: a use comes after its alloc, a free after the uses above it, a name is taken again after
// that. An interrupt handler runs once, as a whole, on its CPU, at any moment from when all of its operations may be done:
// in the middle of another operation too, but not in a critical section. One that has found no such moment runs when the
// CPU's other lines are over. Lines with '!' of one CPU that follow one another are one handler; braces make a handler of
// exactly the operations inside them.
//
// More header lines say what a trace runs on; each may be left out, and set may be repeated. A flag of the command line
// wins. lwbench check writes them into what it saves, and the last one is what makes the run fail again:
//
//	design lwbuf-submitted   # of lwbench list allocators
//	set lwbuf.count=1        # a tunable of that design; below its line
//	kva 48                   # pages of the window of kernel addresses
//	tlb 4x4                  # sets and ways of a TLB of one level
//	kernel_global no         # yes or no: kernel PTEs survive a switch of address spaces
//	speculate yes            # yes or no: TLBs may fill for a page that no instruction touches
//	run drained,coarse       # how lwbench check made the run: drained, coarse, statements, visible, races, past (scenario.Mode)
//	schedule 17:1,40:2       # who acted where it was not who would have by itself (package schedule); - is nowhere
//
// The rooms: trace.go (the trace, its names, its writer), parse.go (the reader and its messages), replay.go, open.go and sysctl.go
// (running it), result.go (what comes out).
package ops
