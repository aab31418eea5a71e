package alloctest

import (
	"fmt"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// live runs a design on real threads. One operation at a time, its counters must equal those under the virtual clock; with
// all CPUs at once it must stay clean. Under -race, a field touched outside its lock is a data race.
func live(t *testing.T, d *allocators.Design) {
	for i, cpus := range []int{1, 2, 5, 4} {
		agree(t, d, variant(i), cpus)
	}
	seeds := uint64(40)
	if testing.Short() {
		seeds = 8
	}
	for seed := range seeds {
		m := runWith(t, d, seed, mmu.Options{Config: smp.Config{Live: &smp.Live{NoIPICost: true, Stall: 30}}})
		if n := m.Counters(); d.KnownFault == "" && n.Stale+n.StaleRisk+n.Faults > 0 {
			t.Errorf("seed %d, %d CPUs, real threads:", seed, m.NCPU())
			clean(t, m)
			return
		}
	}
}

// agree replays a trace of many CPUs on both engines. A posted call that is not waited for may still be under way at the
// end; the trace's last line gives it time to arrive under the virtual clock.
func agree(t *testing.T, d *allocators.Design, spec *mmu.Spec, cpus int) {
	text, _ := trace(t, d, cpus)
	depth := 3
	if d.CPUPrivate {
		depth = 1 // freed in the order of allocation
	}
	for cpu := range cpus { // an address-space switch may drop TLB entries
		other := (cpu + 1) % cpus
		if d.CPUPrivate {
			other = cpu
		}
		text += fmt.Sprintf("%d alloc s 1\n%d load s\n%d switch\n%d load s\n%d free s\n", cpu, cpu, cpu, other, cpu)
	}
	for _, verb := range []string{"alloc h%[1]d %[2]d", "load h%[2]d", "load h%[2]d", "free h%[2]d"} { // a small first level misses, the second hits
		for i := range depth {
			text += fmt.Sprintf("0 "+verb+"\n", i, i)
		}
	}
	text += "0 work 100000\n"
	tr := parsed(t, "live.ops", text)
	var got [2]string
	for i, opt := range []*smp.Live{nil, {Stall: 30}} {
		r, err := ops.Replay(tr, spec, d, nil, ops.Options{Live: opt})
		if err != nil {
			t.Fatal(err)
		}
		r.Counters.PTELines = 0 // the host's caches move its lines
		r.Cycles = 0            // time differs,
		if r.Counters.Qenter+r.Counters.Qremove > 0 {
			r.Counters.Flushes = 0 // and with it which broadcasts find another one pending and merge with it
		}
		got[i] = fmt.Sprintf("%s %+v %q", r.JSON(), r.Counters, r.Reports)
	}
	if got[0] != got[1] {
		t.Errorf("%d CPUs: virtual %s\nreal threads %s", cpus, got[0], got[1])
	}
}
