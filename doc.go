// Package lwbench is the map of this house; it holds no code but the test of the house's rules (house_test.go).
//
// lwbench asks which of the kernels' designs for mapping a page for a moment (sf_buf, lwbuf and their relatives) wins on
// which work, on a simulated machine that is exact and repeats to the bit. Ground floor first; a package imports only
// what stands above it here:
//
//	mmu/smp              CPUs and time: clocks, spinlocks, shared lines, wait queues, IPIs, the virtual engine
//	mmu                  pages, kernel addresses, PTEs, TLBs, shootdowns, the two oracles, the counters
//	mmu/machines         one data file a machine, every cost with its source
//	allocators           the contract: Allocator, Buf, Flags, Design, Tunable
//	allocators/objcache  per-CPU magazines over a depot, the substrate of lwbuf
//	allocators/naive …   one folder a family of designs
//	allocators/all       the list of designs
//	allocators/ops       the ops trace: scripted and recorded runs
//	allocators/alloctest what every design must pass
//	bench/workload       who maps what, where, for how long: one file a workload
//	bench                cells, grids, sweep files, the runner, the record
//	cmd/lwbench          one file a subcommand: flags in, bench called, text out
//
// Data goes one way: flags or a sweep file, a grid of cells, a fresh machine for each cell, the workload's body on each
// simulated CPU, the design, the machine, the record, the table.
package lwbench
