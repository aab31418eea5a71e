// Package lwbench is the starting point for a reader of the source. Its only code is Sources, the source itself.
//
// A kernel sometimes needs a page mapped for a moment: exec reads a header, sendfile passes a page to the network. It
// allocates a kernel virtual address (KVA), writes a page table entry (PTE), uses the page, and must then make sure that no
// CPU keeps the old translation in its TLB. Interrupting the other CPUs to make them drop it is a shootdown. FreeBSD and
// DragonFly answered with sf_buf and lwbuf, each in several versions. lwbench runs these designs as Go code on a simulated
// machine with 1 to 1024 CPUs, counts the cycles, and checks every access for a stale translation.
//
// Read the packages in this order. Each imports only packages above it.
//
//	mmu/smp              CPUs and time: clocks, spinlocks, shared cache lines, wait queues, IPIs
//	mmu                  pages, KVA, PTEs, TLBs, shootdowns under their kernels' names, the two oracles, counters
//	mmu/machines         machine descriptions: what each operation costs, with the source of each figure
//	allocators           the contract of a design: Allocator, Buf, Flags, Design, Tunable
//	allocators/objcache  per-CPU magazines over a depot, as lwbuf uses them
//	allocators/naive …   the designs, one folder for each family
//	allocators/ops       traces: scripted and recorded runs
//	allocators/alloctest the contract test that every design passes
//	allocators/all       the list of designs
//	check/…              the search for bugs over all schedules
//	bench/workload       the workloads: who maps which page, on which CPU, for how long
//	bench                one cell (a design, a workload, a number of CPUs), and the runner
//	bench/plan           flags and sweep files, resolved to a grid of cells
//	bench/store          results kept under keys; bench/shard divides a grid among hosts
//	bench/record         the format of result files
//	bench/report         results as tables, pages and figures; bench/compare compares two files
//	cmd/lwbench          the command line
//
// A run goes one way: flags or a sweep file give a grid of cells; each cell gets a fresh machine; the body of its workload
// runs on each simulated CPU and calls the design; the design calls the machine, which charges cycles, counts events and
// checks accesses; the results are recorded and reported.
//
// Where to look:
//
//	a PTE write is charged               mmu/pte.go
//	a shootdown is charged               mmu/shootdown.go, and its IPIs in mmu/smp/rendezvous.go
//	a lock                               mmu/smp/lock.go; on real threads mmu/smp/live_lock.go
//	exposure is computed                 bench/exposure/exposure.go
//	a winner or a tie is decided         bench/report/judge.go
//	the keys of a sweep file are checked bench/plan/sweepfile.go and bench/plan/sweepcheck.go
//	the list of workloads                bench/workload/all.go
//	the invariants I1 to I9              docs/DESIGNS.md, Invariants
//	what is simulated, and what is not   docs/METHODOLOGY.md
//	how to add a design or a workload    CONTRIBUTING.md
package lwbench
