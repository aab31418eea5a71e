package machines

import (
	"math"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// key is one number of a machine file: its name, its range (inclusive) and the field that it sets.
type key struct {
	name     string
	min, max float64
	set      func(s *mmu.Spec, v float64)
}

// most is the largest plausible cost in cycles: a tenth of a second on a fast machine.
const most = 1e9

// cycles returns a key that sets one cost.
func cycles(name string, at func(s *mmu.Spec) *smp.Cycles) key {
	return key{name, 0, most, func(s *mmu.Spec, v float64) { *at(s) = smp.Cycles(v) }}
}

// count returns a key that sets a whole number.
func count(name string, least, most float64, at func(s *mmu.Spec) *int) key {
	return key{name, least, most, func(s *mmu.Spec, v float64) { *at(s) = int(v) }}
}

// flag returns a key that is true or false.
func flag(name string, at func(s *mmu.Spec) *bool) key {
	return key{name, 0, 1, func(s *mmu.Spec, v float64) { *at(s) = v == 1 }}
}

// keys lists every number of a machine file, in the order of the files.
func keys() []key {
	ks := []key{
		{"machine.clock_hz", 1e6, 1e11, func(s *mmu.Spec, v float64) { s.ClockHz = v }},
		flag("machine.kernel_global", func(s *mmu.Spec) *bool { return &s.KernelGlobal }),
		flag("machine.pte_lines", func(s *mmu.Spec) *bool { return &s.PTELines }),
		flag("machine.speculate", func(s *mmu.Spec) *bool { return &s.Speculate }),
		count("topology.sockets", 1, smp.MaxCPUs, func(s *mmu.Spec) *int { return &s.Topology.Sockets }),
		count("topology.cores", 1, smp.MaxCPUs, func(s *mmu.Spec) *int { return &s.Topology.Cores }),
		count("topology.threads", 1, 8, func(s *mmu.Spec) *int { return &s.Topology.Threads }),
		count("tlb.l1_sets", 1, 1024, func(s *mmu.Spec) *int { return &s.TLB.L1Sets }),
		count("tlb.l1_ways", 1, 64, func(s *mmu.Spec) *int { return &s.TLB.L1Ways }),
		count("tlb.l2_sets", 0, 1024, func(s *mmu.Spec) *int { return &s.TLB.L2Sets }),
		count("tlb.l2_ways", 0, 64, func(s *mmu.Spec) *int { return &s.TLB.L2Ways }),
		count(kernelKey, 0, math.MaxInt16, func(s *mmu.Spec) *int { return &s.TLB.Kernel }),
		cycles("tlb.hit", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.TLBHit }),
		cycles("tlb.hit2", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.TLBHit2 }),
		cycles("tlb.walk", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.Walk }),
		cycles("mmu.pte_write", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.PTEWrite }),
		cycles("mmu.invlpg", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.Invlpg }),
		cycles("mmu.flush_all", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.FlushAll }),
		cycles("mmu.switch_cr3", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.SwitchCR3 }),
		count("mmu.flush_max", 0, math.MaxInt16, func(s *mmu.Spec) *int { return &s.MMU.FlushMax }),
		cycles("mmu.kva_alloc", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.KVAAlloc }),
		cycles("mmu.kva_free", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.KVAFree }),
	}
	for d, name := range []string{"self", "sibling", "socket", "remote"} {
		ks = append(ks, cycles("line."+name, func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Line[d] }))
	}
	return append(append(ks, smpKeys()...), tlbiKeys()...)
}

// smpKeys lists the costs of CPUs and time.
func smpKeys() []key {
	ks := []key{
		cycles("lock.atomic", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Atomic }),
		cycles("lock.lock", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Lock }),
		cycles("lock.unlock", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Unlock }),
		count("lock.kinds", 0, 4, func(s *mmu.Spec) *int { return &s.SMP.LockKinds }),
		cycles("ipi.send", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.IPISend }),
		cycles("ipi.queue", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.IPIQueue }),
		cycles("ipi.icr", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.ICR }),
		count("ipi.cluster", 0, smp.MaxCPUs, func(s *mmu.Spec) *int { return &s.SMP.Cluster }),
	}
	for d, name := range []string{"sibling", "socket", "remote"} {
		ks = append(ks, cycles("ipi."+name, func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Deliver[d+1] }))
	}
	return append(ks,
		cycles("ipi.handler", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Handler }),
		cycles("ipi.rearm", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Rearm }),
		cycles("ipi.ack", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Ack }),
		cycles("sleep.sleep", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Sleep }),
		cycles("sleep.wakeup", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Wakeup }),
		cycles("sleep.wake_latency", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.WakeUp }),
		cycles("message.send", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Send }),
		cycles("message.receive", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.Receive }),
		cycles("code.magazine", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.Magazine }),
		cycles("code.hash", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.Hash }),
		cycles("code.compare", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.Compare }),
		cycles("code.rdtsc", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.TSC }),
		cycles("code.instr", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.Instr }),
		cycles("code.copy_page", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.CopyPage }),
		cycles("code.copy_socket", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.CopySocket }),
		cycles("code.copy_remote", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.CopyRemote }),
		cycles("code.copy_memory", func(s *mmu.Spec) *smp.Cycles { return &s.MMU.CopyMemory }),
	)
}

// kernelKey is a key that a file may leave out, for 0.
const kernelKey = "tlb.kernel"

// tlbiKeys lists the keys of a machine with instructions that invalidate the TLBs of all CPUs. Files of other
// machines omit the whole section.
func tlbiKeys() []key {
	ks := []key{
		count("tlbi.pages", 0, math.MaxInt16, func(s *mmu.Spec) *int { return &s.SMP.TLBI.Pages }),
		cycles("tlbi.issue", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.TLBI.Issue }),
		cycles("tlbi.occupies", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.TLBI.Occupies }),
		cycles("tlbi.each", func(s *mmu.Spec) *smp.Cycles { return &s.SMP.TLBI.Each }),
	}
	for d, name := range []string{"sibling", "socket", "remote"} {
		ks = append(ks, cycles("tlbi."+name, func(s *mmu.Spec) *smp.Cycles { return &s.SMP.TLBI.Sync[d+1] }))
	}
	return ks
}
