// Package ops implements the ops trace: a scripted run, one line per operation, written by hand, recorded from a
// workload or imported, and replayed step by step against any design.
//
//	lwbench-ops 1            # first line: format and version. '#' starts a comment anywhere; blank lines are skipped.
//	cpus 4                   # header lines, before the first operation; cpus is required
//	pages 128                # physical pages; optional (default: highest page named + 1)
//	0 alloc a 17 private     # CPU 0 maps page 17 and calls the buffer "a"; flags: private (SFB_CPUPRIVATE), nowait,
//	                         # catch (SFB_CATCH: a signal ends its sleep, and it fails)
//	0 load a                 # CPU 0: KVA(a), then one access, checked by the oracle
//	1 store a                # CPU 1: KVA(a) there (a stray), then one access
//	1 kva a                  # KVA(a) without an access
//	2 ref a                  # one more reference; an error if the design has no references
//	0 free a                 # a may be allocated again afterwards
//	3 work 5000              # CPU 3 computes for 5000 cycles
//	3 global a               # makes a valid on every CPU (lwbuf_set_global), if the design can; ours
//	3 switch                 # loads another address space on CPU 3; ours
//	0 sysctl lwbuf-rbtree.max=16  # CPU 0 changes a tunable at run time, if the design can; ours
//	0 unalias                # drops what freed mappings have left in TLBs (vm_unmap_aliases), if the design can; ours
//	1 at 250000              # under replay --open CPU 1 continues 250,000 ns after the start; otherwise ignored; ours
//	1 signal 0               # a signal for the thread on CPU 0: it ends a sleep with catch; ours
//	0! free a                # CPU 0 does it in an interrupt handler, see below
//	0! {                     # a handler with several operations, up to the }, one per line or separated by ;
//	  alloc b 3 nowait
//	  load b
//	  free b
//	}
//
// Operations run strictly in file order, each on its CPU, one finished before the next begins: each CPU's clock is
// advanced to the end of the previous operation. A broadcast TLB flush that is not waited for has finished when it
// has reached every CPU. An alloc that would sleep forever in this order is an error; one with nowait fails, is
// counted, and leaves its name unallocated. Names are up to 64 letters, digits, '_', '-' or '.'. In file order no
// thread is asleep when a signal arrives, and the '!' of an interrupt makes no difference.
//
// With lwbench replay --open (ReplayOpen) the lines of each CPU run in parallel, none before the time of the "at"
// line above it. A line waits for another CPU only if it uses a buffer: then it waits for the previous line on that
// buffer.
//
// Under lwbench check the CPUs proceed independently (package interleave). Each executes its lines in file order, and
// between CPUs only the necessary order is kept: a use comes after its alloc, a free after the uses above it, a name
// is allocated again after that. An interrupt handler runs once, as a whole, on its CPU, at any time once all of its
// operations are possible: also in the middle of another operation, but not in a critical section. If there was no
// such time it runs after the CPU's other lines. Consecutive lines with '!' of one CPU are one handler; braces make a
// handler of exactly the operations inside them.
//
// More header lines configure the run; all are optional, and set may be repeated. Command-line flags override them.
// lwbench check writes them into the files that it saves; the schedule reproduces the failure:
//
//	design lwbuf-submitted   # of lwbench list allocators
//	set lwbuf.count=1        # a tunable of that design; below its line
//	kva 48                   # pages of the window of kernel addresses
//	tlb 4x4                  # sets and ways of a TLB of one level
//	kernel_global no         # yes or no: kernel PTEs survive a switch of address spaces
//	speculate yes            # yes or no: TLBs may fill for a page that no instruction touches
//	run drained,coarse       # how lwbench check made the run: drained, coarse, statements, visible, races, past (scenario.Mode)
//	schedule 17:1,40:2       # the choices that differ from the default (package schedule); - for none
//
// Files: trace.go (the trace, its names, its writer), parse.go (the reader and its messages), replay.go, open.go and
// sysctl.go (running it), result.go (the results).
package ops
