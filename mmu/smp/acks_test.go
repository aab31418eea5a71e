package smp

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestAcksAreSorted: few ascending runs, many, and none; the list is used again.
func TestAcksAreSorted(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var a acks
	for n := range 300 {
		runs := 1 + r.IntN(2*maxRuns)
		for id := range n {
			a.add(Cycles(id*runs/n%3*1000+id*r.IntN(2)), int32(id))
		}
		want := slices.Clone(a.keys)
		slices.Sort(want)
		if a.sort(); !slices.Equal(a.keys, want) {
			t.Fatalf("%d keys: %v, want %v", n, a.keys, want)
		}
		a.keys = a.keys[:0]
	}
}

// TestPlacesGiveTheDistance compares the codes of CPUs with Topology.Distance, for cores and threads that are no power of two too.
func TestPlacesGiveTheDistance(t *testing.T) {
	for _, topo := range []Topology{{1, 1, 1}, {2, 3, 1}, {4, 1, 3}, {3, 6, 2}, {2, 18, 2}, {8, 5, 3}} {
		n := topo.CPUs()
		cpus := make([]*CPU, n)
		for i := range cpus {
			cpus[i] = new(CPU)
		}
		s, err := New(topo, testCosts(), Config{}, cpus)
		if err != nil {
			t.Fatal(err)
		}
		for a := range n {
			for b := range n {
				if got, want := s.distance(int32(a), int32(b)), topo.Distance(a, b); got != want {
					t.Fatalf("%v: cpu%d and cpu%d are %d apart, want %d", topo, a, b, got, want)
				}
			}
		}
	}
}
