package alloctest

import (
	"math/rand/v2"
	"testing"

	"lwbench/allocators"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// sysctls changes tunables at random points of random programs, on several CPUs at once. Live mappings must stay valid, and
// every run-ahead must give the same run.
func sysctls(t *testing.T, d *allocators.Design) {
	_, a := build(t, d, mmu.Options{CPUs: 1, Pages: 1}, nil)
	if _, ok := a.(allocators.Sysctler); !ok {
		t.Skip("it has no tunable that can change at run time")
	}
	changed := 0
	for seed := range testsize.Choose[uint64](10, 20, 60) {
		none, n := sysctlProgram(t, d, seed, new(smp.Cycles))
		most, _ := sysctlProgram(t, d, seed, nil)
		if none != most {
			t.Errorf("seed %d: digest %x without run-ahead, %x with: Sysctl changes shared data without a lock", seed, none, most)
		}
		changed += n
	}
	if changed == 0 {
		t.Error("the Allocator implements Sysctl and refused every tunable")
	}
}

// sysctlProgram returns the digest of one program, and how often a tunable was changed.
func sysctlProgram(t *testing.T, d *allocators.Design, seed uint64, ahead *smp.Cycles) (digest uint64, changed int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 96))
	cpus := 1 + r.IntN(6)
	m, a := buildOn(t, variant(int(seed)), d, mmu.Options{CPUs: cpus, Pages: 1 + r.IntN(30), Config: smp.Config{RunAhead: ahead}}, nil)
	p := &program{m: m, a: a, left: cpus, weight: [4]int{1, 1, 1 + r.IntN(4), r.IntN(2)}}
	counts := make([]int, cpus)
	p.between = func(c *mmu.CPU, r *rand.Rand) {
		if r.IntN(12) != 0 {
			return
		}
		k := d.Tunables[r.IntN(len(d.Tunables))]
		if a.(allocators.Sysctler).Sysctl(c, k.Name, min(k.Min+int64(r.IntN(10)), k.Max)) == nil {
			counts[c.ID()]++
		}
	}
	err := m.Run(func(c *mmu.CPU) error { return p.body(c, rand.New(rand.NewPCG(seed, uint64(c.ID())))) })
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	if clean(t, m); t.Failed() {
		t.Fatalf("seed %d, %d CPUs", seed, cpus)
	}
	for _, n := range counts {
		changed += n
	}
	return m.Digest(), changed
}
