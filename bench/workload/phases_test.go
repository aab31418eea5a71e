package workload

import (
	"slices"
	"testing"

	"lwbench/mmu"
)

// TestPhases: each CPU goes through a small set and a large one of its own pages, then through both with frees on another CPU, and
// goes on with a set where it was.
func TestPhases(t *testing.T) {
	const cpus = 3
	d := design(t, "genbuf")
	m, err := mmu.New(testSpec(), mmu.Options{CPUs: cpus})
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.New(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &journeys{of: make(map[int][]journey), live: make(map[int][2]int)}
	cell := &Cell{Machine: m, Alloc: a, Design: d, Ops: 20, Seed: 1, Params: Values{"phases.length": "4", "phases.small": "2", "phases.large": "6"}}
	if _, err := Run(t.Context(), Find("phases"), cell, RunOptions{Recorder: r}); err != nil {
		t.Fatal(err)
	}
	pages := []int{0, 1, 0, 1, 0, 1, 2, 3, 0, 1, 0, 1, 4, 5, 0, 1, 0, 1, 0, 1}
	away := slices.Concat(make([]bool, 8), slices.Repeat([]bool{true}, 8), make([]bool, 4))
	for cpu := range cpus {
		for i, j := range r.of[cpu] {
			if elsewhere := j.freed >= 0; j.page != 6*cpu+pages[i] || elsewhere != away[i] {
				t.Errorf("CPU %d, operation %d: page %d, freed elsewhere %t; want %d, %t", cpu, i, j.page, elsewhere, 6*cpu+pages[i], away[i])
			}
		}
		if len(r.of[cpu]) != len(pages) {
			t.Errorf("CPU %d: %d operations", cpu, len(r.of[cpu]))
		}
	}
}

// TestPhasesAtRandom: the random order takes the pages of the same sets.
func TestPhasesAtRandom(t *testing.T) {
	p := &changing{length: 50, sets: [2]int{3, 7}, each: 7, random: true, next: make([][2]int, 1)}
	m, err := mmu.New(testSpec(), mmu.Options{CPUs: 1})
	if err != nil {
		t.Fatal(err)
	}
	seen := [2]map[int]bool{{}, {}}
	for i := range 200 {
		e := newEnv(m.CPU(0), &Cell{Machine: m, Seed: uint64(i)}, nil, nil)
		e.i = i + 1
		page, hops := p.draw(e)
		if want := i / 100; hops != want {
			t.Fatalf("operation %d visits %d other CPUs, want %d", i, hops, want)
		}
		seen[i/50%2][page] = true
	}
	if len(seen[0]) != 3 || len(seen[1]) != 7 {
		t.Errorf("%d and %d pages, want 3 and 7", len(seen[0]), len(seen[1]))
	}
}
