package alloctest

import (
	"testing"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Spec returns the machine of the contract: two sockets of four cores, prices that are easy to add up, and a TLB so large
// that it forgets nothing by itself: a small one hides stale entries.
func Spec() *mmu.Spec {
	return &mmu.Spec{
		Name: "test", ClockHz: 1e9,
		Topology: smp.Topology{Sockets: 2, Cores: 4, Threads: 1},
		SMP: smp.Costs{
			Line: [smp.NumDistances]mmu.Cycles{0, 100, 100, 300}, Atomic: 10, Lock: 20, Unlock: 5,
			IPISend: 50, IPIEach: 10, Deliver: [smp.NumDistances]mmu.Cycles{0, 1000, 1000, 1500},
			Handler: 200, Ack: 30, Sleep: 400, Wakeup: 150, WakeUp: 600, Send: 80, Receive: 40,
		},
		TLB: mmu.TLBSpec{L1Sets: 64, L1Ways: 16, L2Sets: 256, L2Ways: 16},
		MMU: mmu.Costs{
			TLBHit: 0, TLBHit2: 7, Walk: 40, PTEWrite: 15, Invlpg: 120, FlushAll: 250, SwitchCR3: 130, FlushMax: 33,
			KVAAlloc: 900, KVAFree: 800, Magazine: 8, Hash: 6, Compare: 3, CopyPage: 400, Instr: 4,
		},
		KernelGlobal: true,
	}
}

// build makes a machine and a design on it.
func build(t testing.TB, d *allocators.Design, opt mmu.Options, tune allocators.Tuning) (*mmu.Machine, allocators.Allocator) {
	t.Helper()
	m, err := mmu.New(Spec(), opt)
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.New(m, tune)
	if err != nil {
		t.Fatal(err)
	}
	return m, a
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
