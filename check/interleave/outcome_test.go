package interleave

import (
	"fmt"
	"hash/fnv"
	"maps"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/check/schedule"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// outcome is the end of a run: counters, findings, the page table. Equivalent schedules have the same.
func outcome(p *Plan, set *Config, by schedule.Search) (string, *execution, error) {
	var r Runner
	defer r.Close()
	o, err := r.newExecution(p, set, by, nil)
	if err != nil {
		return "", nil, err
	}
	o.goesOn = true
	runErr := o.m.Run(o.body)
	h := fnv.New64a()
	text := ""
	for i := range p.CPUs {
		n := &o.m.CPU(i).N
		text += fmt.Sprintln(n.Accesses, n.TLBMisses, n.PTEWrites, n.Stale, n.StaleRisk, n.Faults, n.Invlpg, n.Flushes, n.Sleeps, n.IPIs)
	}
	for kva := range o.m.KVAWindow() {
		fmt.Fprint(h, o.m.PeekPTE(mmu.KVA(kva)))
	}
	if f := o.failure; f != nil {
		text += f.Kind + "\n"
	}
	return fmt.Sprintf("%s%x %v", text, h.Sum64(), runErr), o, nil
}

// outcomes runs every schedule of a search and collects the outcomes.
func outcomes(t *testing.T, p *Plan, set *Config, s schedule.Search, most int) (seen map[string]schedule.Schedule, runs int, whole bool) {
	t.Helper()
	seen = map[string]schedule.Schedule{}
	for s.Begin() {
		if runs++; runs > most {
			return seen, runs, false
		}
		text, o, err := outcome(p, set, s)
		if err != nil {
			t.Fatal(err)
		}
		if o.given() {
			continue
		}
		if _, ok := seen[text]; !ok {
			seen[text] = s.Schedule()
		}
	}
	return seen, runs, true
}

// short are scenarios of 2 to 6 operations on two CPUs.
var short = []string{
	"0 alloc a 0 nowait\n0 free a\n1 alloc b 1 nowait\n1 free b\n",
	"0 alloc a 0 nowait\n1 load a\n0 free a\n",
	"0 alloc a 0 nowait\n1 alloc b 0 nowait\n0 free a\n1 free b\n",
	"0 alloc a 0 nowait\n0 load a\n0 free a\n1 alloc b 1 nowait\n1 load b\n1 free b\n",
	"0 alloc a 0 nowait\n0! alloc i 1 nowait\n0! free i\n0 free a\n",
}

// TestReducedLosesNothing: the reduced search has exactly the outcomes of all schedules, on each design and shape. It
// needs instrumented designs: check/instrument runs it.
func TestReducedLosesNothing(t *testing.T) {
	if !smp.Instrumented {
		t.Skip("needs instrumented designs: see check/instrument")
	}
	for _, d := range all.Designs() {
		for i, text := range short {
			t.Run(fmt.Sprintf("%s-%d", d.Name, i), func(t *testing.T) { compare(t, d, text) })
		}
	}
}

const mostCompared = 20_000

func compare(t *testing.T, d *allocators.Design, text string) {
	p := plan(t, "lwbench-ops 1\ncpus 2\n"+text)
	tune := allocators.Tuning{}
	for _, k := range d.Tunables {
		tune[k.Name] = k.Default
		if k.Default >= 16 {
			tune[k.Name] = max(k.Min, 1)
		}
	}
	set := setting(t, d.Name, tune)
	set.Granularity, set.Visible = smp.Statements, true
	r := schedule.NewReduced()
	got, runs, whole := outcomes(t, p, set, r, mostCompared)
	if !whole {
		t.Skipf("more than %d reduced schedules", mostCompared)
	}
	want, n, whole := outcomes(t, p, set, schedule.NewBounded(99), mostCompared)
	t.Logf("%d reduced schedules, %d in all (complete: %t), %d outcomes", runs, n, whole, len(want))
	if !whole { // then random ones
		for _, s := range []schedule.Search{schedule.NewRandom(1, 3), schedule.NewRandom(2, 10), schedule.NewPCT(1, 5)} {
			more, _, _ := outcomes(t, p, set, s, mostCompared/4)
			maps.Copy(want, more)
		}
	}
	for text, s := range want {
		if _, ok := got[text]; !ok {
			t.Errorf("an outcome is lost: by %v\n%s", s, text)
			return
		}
	}
	for text, s := range got {
		if _, ok := want[text]; !ok && whole {
			t.Errorf("an outcome that no schedule has: by %v\n%s", s, text)
			return
		}
	}
}
