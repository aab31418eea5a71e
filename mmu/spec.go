package mmu

import "lwbench/mmu/smp"

// Spec is one machine as its file describes it, costs in cycles of its clock. It is read-only once a Machine has it.
type Spec struct {
	Name     string
	Doc      string // one line: what machine this is
	ClockHz  float64
	Topology smp.Topology
	SMP      smp.Costs
	TLB      TLBSpec
	MMU      Costs

	KernelGlobal bool // kernel PTEs survive an address-space switch (FreeBSD and Linux yes, DragonFly SMP no)
	PTELines     bool // eight PTEs share a cache line, which moves between the CPUs that write and walk them
	Speculate    bool // the CPU may fill its TLB for addresses that no instruction has touched

	Figures []Figure // every number of the file, in its order, with its source
}

// Figure is one number of a machine file and why it may be believed.
type Figure struct {
	Name    string  // path inside the file: "tlb.walk", "line.remote"
	Value   float64 // as written in the file
	Source  string  // where the number comes from; empty when assumed
	Assumed string  // the reason for a number that no source gives; empty when sourced
}

// TLBSpec is the shape of one CPU's data TLB. L2Sets of 0 is a machine without a second level.
type TLBSpec struct {
	L1Sets, L1Ways int
	L2Sets, L2Ways int // sets are powers of two; ways are at most 64
}

// Costs are the prices of the memory-management primitives, in cycles.
type Costs struct {
	TLBHit                             smp.Cycles // a translation found in the first level (0 where the access hides it)
	TLBHit2                            smp.Cycles // found in the second level only
	Walk                               smp.Cycles // a page walk that ends in a fill
	PTEWrite                           smp.Cycles // writing one kernel PTE
	Invlpg                             smp.Cycles // invalidating one page on this CPU
	FlushAll                           smp.Cycles // invalidating every kernel entry on this CPU (kernel_global decides how: CR3 or CR4.PGE)
	SwitchCR3                          smp.Cycles // loading another address space
	FlushMax                           int        // FlushRange goes page by page up to this many pages, then flushes all (Linux 33, NetBSD 16)
	KVAAlloc                           smp.Cycles // taking a range from the kernel map, its lock apart
	KVAFree                            smp.Cycles // giving a range back, its lock and shootdown apart
	Magazine                           smp.Cycles // objcache: a pop or a push on this CPU's magazine
	Hash                               smp.Cycles // hashing a page and entering the bucket, its cache line apart
	Compare                            smp.Cycles // one step along a chain, list or tree, its cache line apart
	CopyPage                           smp.Cycles // copying one page of 4096 bytes that is in this core's caches
	CopySocket, CopyRemote, CopyMemory smp.Cycles // the same of one in another core's caches, on another socket, in memory
	Instr                              smp.Cycles // a handful of ordinary instructions: a field read, a test, a list unlink
}
