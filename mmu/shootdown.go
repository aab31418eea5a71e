package mmu

import "lwbench/mmu/smp"

// Protocol is a kernel's method to have other CPUs invalidate. The primitives below name the kernel whose protocol
// they follow.
type Protocol struct {
	smp.Method
	Serial Serial
}

// Serial is the serialisation of concurrent shootdowns of different CPUs.
type Serial uint8

// The kinds of serialisation.
const (
	Parallel   Serial = iota // none: each has its own request
	OneAtATime               // one spin mutex for the machine, held until all have acknowledged
	SharedLine               // one atomic counter, incremented at the start
)

// Protocols of kernels.
var (
	// DragonFlySync is pmap_inval over lwkt_cpusync (sys/platform/pc32/i386/pmap_inval.c, 2003 to 2010).
	DragonFlySync = Protocol{smp.CPUSync, Parallel}
	// FreeBSD2004 is smp_tlb_shootdown and smp_targeted_tlb_shootdown: a dedicated vector, smp_tlb_wait counts the
	// acknowledgements, smp_ipi_mtx is held until the last (sys/i386/i386/mp_machdep.c, 2003 to 2016).
	FreeBSD2004 = Protocol{smp.Method{Send: smp.Vector, Ack: smp.Counter}, OneAtATime}
	// FreeBSD2016 acknowledges by a flag for each CPU, under the same mutex (r306516; until r363195, 2020).
	FreeBSD2016 = Protocol{smp.Method{Send: smp.Vector, Ack: smp.Flags}, OneAtATime}
	// Linux2007 is smp_call_function under call_lock, with two counters in the call's data (arch/x86/kernel/smp.c until
	// 2.6.26): flush_tlb_all of the old vmap.
	Linux2007 = Protocol{smp.Method{Send: smp.Vector, Ack: smp.Counter}, OneAtATime}
	// Linux2008 is on_each_cpu over the generic smp_call_function_many (kernel/smp.c since 2.6.27), with x2APIC clusters.
	Linux2008 = Protocol{smp.Method{Send: smp.Cluster, Ack: smp.Flags}, Parallel}
	// Linux2019 sends all-but-self by shorthand (5.4, arch/x86/kernel/apic/ipi.c).
	Linux2019 = Protocol{smp.Method{Send: smp.Shorthand, Ack: smp.Flags}, Parallel}
)

// operation is the work of one CPU's shootdown. A CPU has at most one that it waits for.
type operation struct {
	m     *Machine
	kva   KVA
	pages int    // 0 and 1: only kva; more: a range
	full  bool   // flush everything instead
	here  bool   // the initiator invalidates too, while the IPIs are in flight
	tag   uint32 // PTE to write, if write is set
	write string // primitive that writes the PTE, or empty
}

var _ smp.Call = (*operation)(nil)

// Initiate writes the PTE while the other CPUs are stopped, or invalidates here while the IPIs are in flight.
func (o *operation) Initiate(c *smp.CPU) Cycles {
	if o.here {
		return o.Serve(c)
	}
	if o.write == "" {
		return 0
	}
	o.m.write(&o.m.cpus[c.ID()], o.kva, o.tag, o.write)
	return o.m.spec.MMU.PTEWrite
}

// Serve invalidates on a target.
func (o *operation) Serve(c *smp.CPU) (n Cycles) {
	d := &o.m.cpus[c.ID()]
	if o.full {
		return d.flushAll()
	}
	for i := range max(1, o.pages) {
		n += d.drop(o.kva + KVA(i))
	}
	return n
}

// flushCall is the broadcast full flush. It holds no address, so any number can be in flight.
type flushCall struct{ m *Machine }

// Initiate does nothing: no CPU waits.
func (flushCall) Initiate(*smp.CPU) Cycles { return 0 }

// Serve flushes on a target.
func (f flushCall) Serve(c *smp.CPU) Cycles { return f.m.cpus[c.ID()].flushAll() }

// rendezvous runs c.op on all CPUs, then invalidates here. With instructions no CPU stops: it writes the PTE, then
// invalidates.
func (c *CPU) rendezvous() {
	if c.shootsByInstruction() {
		c.Point()
		if o := &c.op; o.write != "" {
			c.writePTE(o.kva, o.tag, o.write)
		}
		c.invalidateEverywhere(c.op.kva, 1)
		return
	}
	if !c.m.isolated.Empty() {
		c.interruptAfterWrite()
		return
	}
	c.sent(c.op.kva, ByRendezvous, c.CPU.Rendezvous(&c.m.all, DragonFlySync.Method, &c.op))
	c.invlpg(c.op.kva)
}

// interruptAfterWrite is rendezvous on a machine with CPUs that may be away: the PTE is written before it is looked who is, for
// what enters the kernel after that must find the new one.
func (c *CPU) interruptAfterWrite() {
	o := c.op
	c.Point()
	if o.write != "" {
		c.writePTE(o.kva, o.tag, o.write)
	}
	c.interrupt(&DragonFlySync, operation{m: c.m, kva: o.kva, here: true}, &c.m.all, ByInvlpg)
}

// InvalidateMask invalidates kva on exactly the CPUs of on, including this one if it is in on, and waits until each
// is done (FreeBSD smp_masked_invlpg, by FreeBSD2004). Precondition: this CPU takes IPIs, or no other may wait for
// it.
func (c *CPU) InvalidateMask(kva KVA, on *CPUSet) { c.InvalidateMaskBy(&FreeBSD2004, kva, on) }

// InvalidateMaskBy is InvalidateMask by another protocol.
func (c *CPU) InvalidateMaskBy(p *Protocol, kva KVA, on *CPUSet) {
	c.Point()
	c.interrupt(p, operation{m: c.m, kva: kva, here: on.Has(c.ID())}, on, ByInvlpg)
}

// FlushRange invalidates the pages from lo up to but not including hi on every CPU and waits: page by page up to the
// machine's ceiling, everything beyond it (Linux flush_tlb_kernel_range, tlb_single_page_flush_ceiling, by Linux2008).
func (c *CPU) FlushRange(lo, hi KVA) { c.FlushRangeBy(&Linux2008, lo, hi) }

// FlushRangeBy is FlushRange by another protocol.
func (c *CPU) FlushRangeBy(p *Protocol, lo, hi KVA) {
	o := operation{m: c.m, kva: lo, pages: int(hi - lo), here: true}
	o.full = o.pages > c.m.spec.MMU.FlushMax
	c.interrupt(p, o, &c.m.all, ByRange)
}

// interrupt runs o on the CPUs of on by p.
func (c *CPU) interrupt(p *Protocol, o operation, on *CPUSet, how Shootdown) {
	m := c.m
	others := *on
	if others.Remove(c.ID()); c.shootsByInstruction() && !others.Empty() {
		pages := max(1, o.pages)
		if o.full {
			pages = 0
		}
		c.invalidateEverywhere(o.kva, pages)
		return
	}
	switch p.Serial {
	case OneAtATime:
		c.Lock(&m.ipiLock)
	case SharedLine:
		c.Atomic(&m.ipiLine)
	}
	targets := c.notify(*on)
	call := &c.op
	if p.Serial == OneAtATime {
		call = &m.request
	}
	*call = o
	c.sent(o.kva, how, c.Interrupt(&targets, p.Method, call))
	if p.Serial == OneAtATime {
		c.Unlock(&m.ipiLock)
	}
}

// broadcastFlush has every other CPU flush everything and does not wait.
func (c *CPU) broadcastFlush(kva KVA) {
	if c.shootsByInstruction() {
		c.Invalidate(&everyTLB{m: c.m, from: c.ID()}, 1, false)
		c.issued(kva, 1, ByBroadcast)
		return
	}
	if all := c.m.all; !c.m.isolated.Empty() {
		all = c.notify(all)
		c.sent(kva, ByBroadcast, c.BroadcastTo(c.m.flush, &all))
		return
	}
	c.sent(kva, ByBroadcast, c.Broadcast(c.m.flush))
}

// sent counts a shootdown.
func (c *CPU) sent(kva KVA, how Shootdown, ipis int) {
	if ipis == 0 {
		return
	}
	c.N.Shootdowns++
	c.N.IPIs += int64(ipis)
	c.N.ICRWrites = c.ICRWrites()
	c.Note()
	if m := c.m; m.probe != nil {
		m.probe.Event(&Event{Kind: ShotDown, CPU: c.ID(), At: c.Now(), KVA: kva, Targets: ipis, How: how})
	}
}
