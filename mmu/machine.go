package mmu

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"

	"lwbench/internal/reuse"
	"lwbench/mmu/smp"
)

// The size of the KVA window in pages: what it is where neither Options nor the Spec says otherwise, and the most that it can
// be, 4 GB.
const (
	DefaultKVAPages = 65536 + 4096
	MaxKVAPages     = 1 << 20
)

// Options configures a Machine, apart from its Spec.
type Options struct {
	CPUs     int   // 1 to smp.MaxCPUs; more than the Spec has add sockets
	Pages    int   // initial number of physical pages; AddPages adds more
	KVAPages int   // size of the KVA window in pages; 0 is that of the Spec
	Probe    Probe // receives every cold event, or nil; a live machine cannot have one

	smp.Config // how the CPUs run; Live takes its clock rate from the Spec
}

// Machine is one simulated machine. Build it, set up a design and a workload on it, run it once, read the results.
type Machine struct {
	spec          *Spec
	sys           *smp.System
	cpus          []CPU
	bare          []*smp.CPU // of cpus
	all           CPUSet
	pages         [][]Page // npages, and those of machines before in the same memory
	npages        int      // the pages that Page accepts; unlimited on a live machine, which adds pages during lookups
	pte           []pte
	mapped        int64 // entries that have been written
	kmap          kernelMap
	probe         Probe
	oracle        oracle
	places        *smp.Lines // of pages: the CPU that touched each last; nil if copies cost the same everywhere
	ptes          *smp.Lines // of the page table; nil if lines cost nothing
	flush         *smp.Broadcast
	byInstruction bool         // shootdowns use spec.SMP.TLBI instead of IPIs
	ipiLock       smp.SpinLock // FreeBSD smp_ipi_mtx, Linux call_lock
	request       operation    // that ipiLock guards: the handler of a vector finds it in global variables (FreeBSD smp_tlb_addr1)
	ipiLine       smp.Line     // a generation that every shootdown increments
	isolated      CPUSet       // they may defer flushes
	away          []away       // by CPU, where any is isolated
	live          *liveMachine // nil under the virtual clock
	kept          reuse.Kept   // of the design
	body          func(*CPU) error
	run           func(*smp.CPU) error // it calls body, and is made once
}

// CPU is one simulated processor with its TLB. Only code that runs on it calls its methods.
type CPU struct {
	smp.CPU
	m   *Machine
	tlb tlb
	op  operation
	// N counts the events of this CPU. Others may read it after the run.
	N Counters

	filled KVA         // the entry that the TLB filled last; only with Spec.Speculate
	buffer *[4096]byte // destination of copies on a live CPU
	_      [128]byte   // keeps CPUs out of each other's host cache lines
}

// New builds a machine.
func New(spec *Spec, opt Options) (*Machine, error) {
	m := new(Machine)
	return m, m.Renew(spec, opt)
}

// Renew makes m what New builds, in the memory of the old machine, whose run is over. Nothing of that may be in use but its
// pages: page i stays what it is. For real threads it takes new memory.
func (m *Machine) Renew(spec *Spec, opt Options) error {
	opt.KVAPages = cmp.Or(opt.KVAPages, spec.KVAPages, DefaultKVAPages)
	if opt.CPUs < 1 || opt.CPUs > smp.MaxCPUs {
		return fmt.Errorf("%d CPUs: choose 1 to %d", opt.CPUs, smp.MaxCPUs)
	}
	m.renew(spec, &opt)
	m.byInstruction = spec.SMP.TLBI.Pages > 0 && opt.CPUs > 1 && opt.Live == nil
	m.all = smp.FirstCPUs(opt.CPUs)
	if opt.Live != nil {
		live := *opt.Live
		live.Hz = spec.ClockHz
		opt.Live = &live
		if err := m.makeLive(); err != nil {
			return err
		}
	}
	topo, _ := Sockets(spec, opt.CPUs)
	if err := m.renewSystem(topo, &opt); err != nil {
		return err
	}
	m.flush = m.sys.NewBroadcast(flushCall{m})
	m.makeLines(opt)
	smp.Name(m.sys, &m.kmap)
	m.AddPages(opt.Pages)
	return nil
}

// Sockets returns the topology for a run with that many CPUs, and the number of sockets that it adds to the machine.
func Sockets(spec *Spec, cpus int) (t smp.Topology, added int) {
	t = spec.Topology
	per := t.Cores * t.Threads
	if need := (cpus + per - 1) / per; need > t.Sockets {
		added = need - t.Sockets
		t.Sockets = need
	}
	return t, added
}

// Spec returns the machine's figures.
func (m *Machine) Spec() *Spec { return m.spec }

// NCPU returns the number of CPUs.
func (m *Machine) NCPU() int { return len(m.cpus) }

// Distance returns how far CPU a is from CPU b.
func (m *Machine) Distance(a, b int) smp.Distance { return m.sys.Topology().Distance(a, b) }

// All returns the set of all CPUs.
func (m *Machine) All() CPUSet { return m.all }

// CPU returns CPU i.
func (m *Machine) CPU(i int) *CPU { return &m.cpus[i] }

// Run is RunContext without a context.
func (m *Machine) Run(body func(*CPU) error) error { return m.RunContext(context.Background(), body) }

// RunContext runs body once on every CPU and returns when all have ended. Errors are those of smp.System.Run.
func (m *Machine) RunContext(ctx context.Context, body func(*CPU) error) error {
	m.body = body
	return m.sys.Run(ctx, m.run)
}

// Serial runs n operations strictly one after another, each on its CPU; see smp.System.Serial.
func (m *Machine) Serial(n int, step func(i int) (cpu int, op func(c *CPU) error)) error {
	return m.sys.Serial(context.Background(), n, func(i int) (int, func(*smp.CPU) error) {
		cpu, op := step(i)
		return cpu, func(*smp.CPU) error { return op(&m.cpus[cpu]) }
	})
}

// At calls look when all CPUs have reached virtual time t; see smp.System.At.
func (m *Machine) At(t Cycles, look func()) { m.sys.At(t, look) }

// Stop, called from a look, ends the run.
func (m *Machine) Stop() { m.sys.Stop() }

// Account returns the cycles that a CPU has spent up to the moment of the current look, by cost.
func (m *Machine) Account(cpu int) [smp.NumCosts]Cycles { return m.sys.Account(cpu) }

// Decisions returns the number of scheduling decisions so far.
func (m *Machine) Decisions() int64 { return m.sys.Decisions() }

// Progress returns a number that changes while the code on the CPUs calls the machine; see smp.System.
func (m *Machine) Progress() int64 { return m.sys.Progress() }

// GVT returns a moment of virtual time before which no CPU acts any more; see smp.System.GVT.
func (m *Machine) GVT() Cycles { return m.sys.GVT() }

// Machine returns the machine that the CPU belongs to.
func (c *CPU) Machine() *Machine { return c.m }

// Costs returns the costs of the memory side, for designs that charge their own work.
func (c *CPU) Costs() *Costs { return &c.m.spec.MMU }

// Counters returns the sum over all CPUs.
func (m *Machine) Counters() (n Counters) {
	for i := range m.cpus {
		n.Add(&m.cpus[i].N)
	}
	return n
}

// Spent returns the cycles charged to k, over all CPUs.
func (m *Machine) Spent(k smp.Cost) (n Cycles) {
	for i := range m.cpus {
		n += m.cpus[i].Spent(k)
	}
	return n
}

// Elapsed returns the latest clock of all CPUs.
func (m *Machine) Elapsed() (t Cycles) {
	for i := range m.cpus {
		t = max(t, m.cpus[i].Now())
	}
	return t
}

// Digest hashes every CPU's clock, charges and counters. Equal runs have equal digests.
func (m *Machine) Digest() uint64 {
	h := fnv.New64a()
	for i := range m.cpus {
		c := &m.cpus[i]
		_ = binary.Write(h, binary.LittleEndian, c.Now())
		for k := range smp.NumCosts {
			_ = binary.Write(h, binary.LittleEndian, c.Spent(smp.Cost(k)))
		}
		_ = binary.Write(h, binary.LittleEndian, &c.N)
	}
	return h.Sum64()
}

// Look allows a harness to call a design's code during exploration without taking a step; see smp.System.Look.
func (m *Machine) Look(f func()) { m.sys.Look(f) }

// Boot runs f, which builds the design; see smp.System.Boot.
func (m *Machine) Boot(f func()) { m.sys.Boot(f) }

// Race returns the first data race of an explored run; see smp.System.Race.
func (m *Machine) Race() *smp.Race { return m.sys.Race() }
