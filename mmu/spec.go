package mmu

import (
	"fmt"

	"lwbench/mmu/smp"
)

// Spec is one machine as its file describes it, with costs in cycles of its clock. It is read-only once a Machine
// uses it.
type Spec struct {
	Name      string
	Doc       string    // one line that identifies the machine
	Processor Processor // of the real machine, for lwbench calibrate; the zero value if the file does not say
	ClockHz   float64
	Topology  smp.Topology
	SMP       smp.Costs
	TLB       TLBSpec
	MMU       Costs

	KVAPages int // size of the KVA window in pages, where Options does not say otherwise; 0 is DefaultKVAPages

	KernelGlobal bool // kernel PTEs survive an address-space switch (FreeBSD and Linux yes, DragonFly SMP no)
	PTELines     bool // eight PTEs share a cache line, which moves between the CPUs that write and walk them
	Speculate    bool // the CPU may fill its TLB for addresses that no instruction has touched

	Figures []Figure // every number of the file, in file order, with its source
}

// Processor is what a processor says of itself: in volume 4 of Intel's manual, table 2-1, in AMD's revision guides, and in
// Linux's cputype.h of arm64. The zero value says nothing.
type Processor struct {
	Vendor        string // GenuineIntel, AuthenticAMD; of Arm the code of the implementer, as 0x41
	Family, Model int    // of Arm the family is 0 and the model is the part
}

// String names the processor as /proc/cpuinfo does.
func (p Processor) String() string {
	if p.Family == 0 {
		return fmt.Sprintf("%s part %#x", p.Vendor, p.Model)
	}
	return fmt.Sprintf("%s family %d model %d", p.Vendor, p.Family, p.Model)
}

// Figure is one number of a machine file and its source.
type Figure struct {
	Name    string  // path inside the file: "tlb.walk", "line.remote"
	Value   float64 // as written in the file
	Source  string  // source of the number; empty if assumed
	Assumed string  // the reason for a number without a source; empty if sourced
}

// TLBSpec is the shape of one CPU's data TLB. L2Sets is 0 on a machine without a second level.
type TLBSpec struct {
	L1Sets, L1Ways int
	L2Sets, L2Ways int // sets are powers of two; ways are at most 64
	Kernel         int // other translations of the kernel in use (text, data, stack), which a full flush evicts; 0: not modelled
}

// Costs holds the costs of the memory-management primitives, in cycles.
type Costs struct {
	TLBHit                             smp.Cycles // a translation found in the first level (0 if the access hides it)
	TLBHit2                            smp.Cycles // found in the second level only
	Walk                               smp.Cycles // a page walk that ends in a fill
	PTEWrite                           smp.Cycles // writing one kernel PTE
	Invlpg                             smp.Cycles // invalidating one page on this CPU
	FlushAll                           smp.Cycles // invalidating every kernel entry on this CPU (kernel_global decides how: CR3 or CR4.PGE)
	SwitchCR3                          smp.Cycles // loading another address space
	FlushMax                           int        // FlushRange goes page by page up to this many pages, then flushes all (Linux 33, NetBSD 16)
	KVAAlloc                           smp.Cycles // allocating a range from the kernel map, without its lock
	KVAFree                            smp.Cycles // freeing a range, without its lock and shootdown
	Magazine                           smp.Cycles // objcache: a pop or a push on this CPU's magazine
	Hash                               smp.Cycles // hashing a page and entering the bucket, without its cache line
	Compare                            smp.Cycles // one step along a chain, list or tree, without its cache line
	CopyPage                           smp.Cycles // copying one page of 4096 bytes from this core's caches
	CopySocket, CopyRemote, CopyMemory smp.Cycles // the same from another core's caches, another socket, memory
	Instr                              smp.Cycles // a few ordinary instructions: a field read, a test, a list unlink
}
