package alloctest

import (
	"slices"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Spec returns the machine of the contract: two sockets of four cores, costs that are easy to add up, and a TLB so large
// that it never evicts, since evictions hide stale entries.
func Spec() *mmu.Spec {
	return &mmu.Spec{
		Name: "test", ClockHz: 1e9,
		Topology: smp.Topology{Sockets: 2, Cores: 4, Threads: 1},
		SMP: smp.Costs{
			Line: [smp.NumDistances]mmu.Cycles{0, 100, 100, 300}, Atomic: 10, Lock: 20, Unlock: 5,
			IPISend: 50, IPIQueue: 6, ICR: 4, Cluster: 4, Rearm: 25, Deliver: [smp.NumDistances]mmu.Cycles{0, 1000, 1000, 1500},
			Handler: 200, Ack: 30, Sleep: 400, Wakeup: 150, WakeUp: 600, Send: 80, Receive: 40, TSC: 12,
		},
		TLB: mmu.TLBSpec{L1Sets: 64, L1Ways: 16, L2Sets: 256, L2Ways: 16},
		MMU: mmu.Costs{
			TLBHit: 0, TLBHit2: 7, Walk: 40, PTEWrite: 15, Invlpg: 120, FlushAll: 250, SwitchCR3: 130, FlushMax: 33,
			KVAAlloc: 900, KVAFree: 800, Magazine: 8, Hash: 6, Compare: 3, CopyPage: 400, Instr: 4,
		},
		KernelGlobal: true, KVAPages: testsize.Choose(window, window, 0),
	}
}

// window is the KVA window below full size: the least that every design can be built in. With the machine's default, a third of
// the tests' time went into clearing page tables.
const window = 1 << 14

// variant returns the machine of the contract in one of four variants: unchanged, with a small TLB, with non-global kernel
// PTEs, and with speculative fills.
func variant(i int) *mmu.Spec {
	s := Spec()
	s.PTELines = i%5 != 0
	switch i % 4 {
	case 1:
		s.TLB = mmu.TLBSpec{L1Sets: 1, L1Ways: 2, L2Sets: 2, L2Ways: 2}
	case 2:
		s.KernelGlobal = false
	case 3:
		s.Speculate = true
	}
	return s
}

// tunings returns the defaults, and every tunable at its minimum except the pool of buffers.
func tunings(d *allocators.Design, pool int64) []allocators.Tuning {
	return []allocators.Tuning{nil, small(d, pool)}
}

// small sets every tunable to its minimum and the pool of buffers, if there is one, to the given size.
func small(d *allocators.Design, pool int64) allocators.Tuning {
	tune := allocators.Tuning{}
	for _, k := range d.Tunables {
		tune[k.Name] = k.Min
	}
	if name, ok := poolOf(d); ok {
		tune[name] = pool
	}
	return tune
}

// build returns a machine of the contract with the design on it.
func build(t testing.TB, d *allocators.Design, opt mmu.Options, tune allocators.Tuning) (*mmu.Machine, allocators.Allocator) {
	t.Helper()
	return buildOn(t, Spec(), d, opt, tune)
}

func buildOn(
	t testing.TB, spec *mmu.Spec, d *allocators.Design, opt mmu.Options, tune allocators.Tuning,
) (*mmu.Machine, allocators.Allocator) {
	t.Helper()
	m, err := mmu.New(spec, opt)
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.New(m, tune)
	if err != nil {
		t.Fatal(err)
	}
	return m, a
}

// cleanBut is clean for tests with many CPUs, in which a race that the design declares may show as one of its kinds.
func cleanBut(t testing.TB, d *allocators.Design, m *mmu.Machine) {
	t.Helper()
	if d.KnownRace == "" || slices.ContainsFunc(m.Findings(), func(f mmu.Finding) bool { return !slices.Contains(d.KnownKinds, f.Kind) }) {
		clean(t, m)
	}
}

// passed fails the test if a run on m ended with an error, or the oracles found something. must says what the run has shown
// otherwise; it may be empty.
func passed(t testing.TB, m *mmu.Machine, err error, must string) {
	t.Helper()
	switch {
	case err != nil && must != "":
		t.Fatalf("%s: %v", must, err)
	case err != nil:
		t.Fatal(err)
	}
	clean(t, m)
}

// parsed parses a trace of the ops format.
func parsed(t testing.TB, name, text string) *ops.Trace {
	t.Helper()
	tr, err := ops.Parse(name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// clean fails unless the oracles found nothing.
func clean(t testing.TB, m *mmu.Machine) {
	t.Helper()
	for i, f := range m.Findings() {
		if i == 3 {
			break
		}
		t.Errorf("at %d: %v: %s", f.At, f.Kind, f.Text)
	}
}
