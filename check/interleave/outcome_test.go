package interleave

import (
	"fmt"
	"hash/fnv"
	"maps"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/check/schedule"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// outcome is the end of a run: counters, findings, the page table and the TLBs. Equivalent schedules have the same.
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
		for cpu := range p.CPUs {
			fmt.Fprint(h, tlb(o.m, cpu, mmu.KVA(kva)))
		}
	}
	if f := o.failure; f != nil {
		text += f.Kind + "\n"
	}
	return fmt.Sprintf("%s%x %v", text, h.Sum64(), runErr), o, nil
}

// tlb returns the number of the page that a CPU's TLB holds for kva, or -1.
func tlb(m *mmu.Machine, cpu int, kva mmu.KVA) int {
	if pg, ok := m.PeekTLB(cpu, kva); ok {
		return pg.ID()
	}
	return -1
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

// shape is a scenario that is searched reduced and unreduced.
type shape struct {
	name string
	ops  int
	text string
}

// ladder is a list of shapes at one granularity, the smaller ones first.
type ladder struct {
	at     smp.Granularity
	shapes []shape
}

// ladders: where two CPUs allocate side by side, all orders of their statements are some 10^20. So that is compared between
// ordered points; every statement is where the CPUs share one buffer, and where an interrupt comes.
var ladders = []ladder{
	{smp.Statements, []shape{
		{"an interrupt allocates", 4, "cpus 1\n0 alloc a 0 nowait\n0! alloc i 1 nowait\n0! free i\n0 free a\n"},
		{"an interrupt uses", 6, "cpus 1\n0 alloc a 0 nowait\n0! alloc i 0 nowait\n0! load i\n0! free i\n0 load a\n0 free a\n"},
	}},
	{smp.Statements, []shape{
		{"a stray", 3, "cpus 2\n0 alloc a 0 nowait\n1 load a\n0 free a\n"},
		{"a buffer used on two CPUs", 4, "cpus 2\n0 alloc a 0 nowait\n1 load a\n0 load a\n0 free a\n"},
	}},
	{smp.OrderedPoints, []shape{
		{"freed elsewhere", 4, "cpus 2\n0 alloc a 0 nowait\n1 load a\n0 load a\n1 free a\n"},
		{"a free beside an alloc", 3, "cpus 2\n0 alloc a 0 nowait\n0 free a\n1 alloc b 1 nowait\n"},
		{"two pages", 4, "cpus 2\n0 alloc a 0 nowait\n0 free a\n1 alloc b 1 nowait\n1 free b\n"},
		{"one page", 4, "cpus 2\n0 alloc a 0 nowait\n1 alloc b 0 nowait\n0 free a\n1 free b\n"},
		{"two pages, used", 6, "cpus 2\n0 alloc a 0 nowait\n0 load a\n0 free a\n1 alloc b 1 nowait\n1 load b\n1 free b\n"},
	}},
	{smp.OrderedPoints, []shape{
		{"freed elsewhere, beside an alloc", 5, "cpus 2\n0 alloc a 0 nowait\n1 load a\n1 free a\n0 alloc b 1 nowait\n0 free b\n"},
	}},
	{smp.OrderedPoints, []shape{
		{"a handler that another CPU enables", 4, "cpus 2\n1 alloc a 0 nowait\n0 alloc b 1 nowait\n0! free a\n0 free b\n"},
	}},
	{smp.OrderedPoints, []shape{
		{"one sleeps", 4, "cpus 2\n0 alloc a 0\n0 free a\n1 alloc b 1\n1 free b\n"},
		{"a signal", 5, "cpus 2\n0 alloc a 0\n0 free a\n1 alloc b 1 catch\n1 free b\n0 signal 1\n"},
	}},
}

// TestReducedLosesNothing: on each design the reduced search has exactly the outcomes of all schedules, on each shape of
// which all can be run. On the first shape of a ladder that has too many, none of those that were run is lost. It needs
// instrumented designs: check/instrument runs it, and prints what was compared.
func TestReducedLosesNothing(t *testing.T) {
	if !smp.Instrumented {
		t.Skip("needs instrumented designs: see check/instrument")
	}
	for _, d := range all.Designs() {
		t.Run(d.Name, func(t *testing.T) {
			both := 0
			for _, l := range ladders {
				for _, s := range l.shapes {
					if !compare(t, d, l.at, s) {
						break
					}
					if s.ops >= 4 && strings.HasPrefix(s.text, "cpus 2") {
						both++
					}
				}
			}
			if both == 0 {
				t.Error("there is no shape of 4 operations on two CPUs of which all schedules could be run")
			}
		})
	}
}

// mostCompared is how many schedules of one shape are run.
func mostCompared() int { return testsize.Choose(2000, 12_000, 12_000) }

// compare compares a reduced search with all schedules, and reports whether all could be run.
func compare(t *testing.T, d *allocators.Design, at smp.Granularity, s shape) bool {
	t.Helper()
	p := plan(t, "lwbench-ops 1\n"+s.text)
	set := smallest(t, d, at)
	got, runs, whole := outcomes(t, p, set, schedule.NewReduced(), mostCompared())
	if !whole {
		t.Fatalf("%s at %s: more than %d reduced schedules", s.name, at, mostCompared())
	}
	want, n, whole := outcomes(t, p, set, schedule.NewBounded(99), mostCompared())
	said := "equal"
	if !whole { // then random ones beside
		more, k, _ := outcomes(t, p, set, schedule.NewRandom(2, 10), mostCompared()/4)
		maps.Copy(want, more)
		n, said = n+k-2, "none lost"
	}
	t.Logf("%s, at %s, %d operations (%s): %d reduced schedules, %d unreduced, %d outcomes: %s",
		d.Name, at, s.ops, s.name, runs, n, len(want), said)
	if text, ok := missing(got, want); ok {
		t.Errorf("an outcome is lost: by %v\n%s", want[text], text)
	}
	if text, ok := missing(want, got); ok && whole {
		t.Errorf("an outcome that no schedule has: by %v\n%s", got[text], text)
	}
	return whole
}

// smallest is a setting in which a design's pools and batches are as small as they may be.
func smallest(t *testing.T, d *allocators.Design, at smp.Granularity) *Config {
	t.Helper()
	set := setting(t, d.Name, smallTuning(d))
	set.Granularity, set.Visible = at, true
	return set
}

// smallTuning returns the least value of what is 16 or more by default: pools and batches.
func smallTuning(d *allocators.Design) allocators.Tuning {
	tune := allocators.Tuning{}
	for _, k := range d.Tunables {
		tune[k.Name] = k.Default
		if k.Default >= 16 {
			tune[k.Name] = max(k.Min, 1)
		}
	}
	return tune
}

// missing returns an outcome of want that got lacks.
func missing(got, want map[string]schedule.Schedule) (text string, ok bool) {
	for text := range want {
		if _, has := got[text]; !has {
			return text, true
		}
	}
	return "", false
}

// TestForgottenMemoryIsSeen: as TestForgottenDependencyIsSeen, of a design's data, on the shapes and a real design.
func TestForgottenMemoryIsSeen(t *testing.T) {
	if !smp.Instrumented {
		t.Skip("needs instrumented designs: see check/instrument")
	}
	for _, l := range ladders {
		for _, s := range l.shapes {
			p, set := plan(t, "lwbench-ops 1\n"+s.text), smallest(t, find("msfbuf"), l.at)
			want, _, _ := outcomes(t, p, set, schedule.NewReduced(), mostCompared())
			got, _, _ := outcomes(t, p, set, deaf{schedule.NewReduced(), objMemory}, mostCompared())
			if _, ok := missing(got, want); ok {
				return
			}
		}
	}
	t.Error("the design's data can be forgotten, and no outcome is lost")
}
