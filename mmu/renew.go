package mmu

import (
	"lwbench/internal/reuse"
	"lwbench/mmu/smp"
)

// This is mmu's part of the reuse of memory that smp.System.Renew is the other part of: what is kept is named, and empty.

// memory is what a Machine leaves to the next.
type memory struct {
	sys    *smp.System
	cpus   []CPU
	bare   []*smp.CPU
	pages  [][]Page
	pte    []pte
	free   []KVA
	ranges []KVARange
	run    func(*smp.CPU) error
	kept   reuse.Kept
}

// renew makes m a machine that lacks its pages, and what depends on opt.Config.
func (m *Machine) renew(spec *Spec, opt *Options) {
	old := memory{m.sys, m.cpus, m.bare, m.pages, m.pte, m.kmap.free[:0], m.kmap.ranges[:0], m.run, m.kept}
	if opt.Live != nil || m.live != nil || old.sys == nil {
		old = memory{}
	}
	if len(old.cpus) != opt.CPUs {
		old.cpus, old.bare = make([]CPU, opt.CPUs), make([]*smp.CPU, opt.CPUs)
		for i := range old.cpus {
			old.bare[i] = &old.cpus[i].CPU
		}
	}
	*m = Machine{
		spec: spec, probe: opt.Probe, sys: old.sys, cpus: old.cpus, bare: old.bare, pages: old.pages, pte: reuse.Zeros(old.pte, opt.KVAPages), run: old.run, kept: old.kept,
		kmap:    kernelMap{lock: smp.SpinLock{Name: "kernel_map", IPIs: true}, free: old.free, ranges: old.ranges},
		ipiLock: smp.SpinLock{Name: "smp_ipi_mtx", IPIs: true},
	}
	m.kept.Again()
	if m.run == nil {
		m.run = func(c *smp.CPU) error { return m.body(&m.cpus[c.ID()]) }
	}
	for i := range m.cpus {
		c := &m.cpus[i]
		c.tlb.renew(&spec.TLB, opt.KVAPages)
		c.m, c.op, c.N, c.filled, c.buffer = m, operation{m: m}, Counters{}, 0, nil // smp.System.Renew makes its CPU new
	}
}

// renewSystem makes m's system in the memory of the old one, if there is one.
func (m *Machine) renewSystem(topo smp.Topology, opt *Options) (err error) {
	if m.sys != nil {
		return m.sys.Renew(topo, m.spec.SMP, opt.Config, m.bare)
	}
	m.sys, err = smp.New(topo, m.spec.SMP, opt.Config, m.bare)
	return err
}

// renew makes t an empty TLB.
func (t *tlb) renew(s *TLBSpec, window int) {
	spare := t.spare
	for _, c := range t.chunks {
		if c != nil {
			spare = append(spare, c)
		}
	}
	*t = tlb{
		epoch: 1, chunks: reuse.Zeros(t.chunks, (window+tlbChunk-1)/tlbChunk), spare: spare,
		l1: t.l1.renew(s.L1Sets, s.L1Ways), l2: t.l2.renew(s.L2Sets, s.L2Ways),
	}
}

func (l *level) renew(sets, ways int) level {
	return level{
		ways: ways, mask: sets - 1,
		slot: reuse.Zeros(l.slot, sets*ways), turn: reuse.Zeros(l.turn, sets), hint: reuse.Zeros(l.hint, sets),
	}
}

// newChunk returns an empty chunk.
func (t *tlb) newChunk() *[tlbChunk]tlbEntry {
	n := len(t.spare) - 1
	if n < 0 {
		return new([tlbChunk]tlbEntry)
	}
	c := t.spare[n]
	t.spare = t.spare[:n]
	*c = [tlbChunk]tlbEntry{}
	return c
}
