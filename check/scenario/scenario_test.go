package scenario

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/check/schedule"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// haswell reads the default machine once.
var haswell = sync.OnceValues(func() (*mmu.Spec, error) { return machines.Load(machines.Default) })

func machine(t testing.TB) *mmu.Spec {
	t.Helper()
	spec, err := haswell()
	if err != nil {
		t.Fatal(err)
	}
	c := *spec
	return &c
}

func source(t testing.TB, d *allocators.Design, opt Options) *Source {
	t.Helper()
	s, err := NewSource(d, machine(t), opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func design(name string) *allocators.Design {
	for _, d := range all.Designs() {
		if d.Name == name {
			return d
		}
	}
	panic(name)
}

func parse(t testing.TB, text string) *ops.Trace {
	t.Helper()
	tr, err := ops.Parse("t.ops", strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return tr
}

// texts returns a source's first scenarios.
func texts(s *Source, n int) (list []string) {
	for i := range n {
		list = append(list, s.Random(i).String())
	}
	return list
}

// TestSameSeedSameScenarios: equal seeds give equal scenarios in any order of calls; another seed gives others.
func TestSameSeedSameScenarios(t *testing.T) {
	for _, d := range testsize.Some(all.Designs(), 1) {
		a, b := source(t, d, Options{Seed: 3}), source(t, d, Options{Seed: 3})
		first := texts(a, 100)
		for i := 99; i >= 0; i-- {
			if got := b.Random(i).String(); got != first[i] {
				t.Fatalf("%s: scenario %d is\n%s\nand\n%s", d.Name, i, first[i], got)
			}
		}
		if slices.Equal(first, texts(source(t, d, Options{Seed: 4}), 100)) {
			t.Errorf("%s: seed 4 makes what seed 3 does", d.Name)
		}
		distinct := slices.Compact(slices.Sorted(slices.Values(first)))
		if len(distinct) < 95 {
			t.Errorf("%s: only %d scenarios of 100 differ", d.Name, len(distinct))
		}
	}
}

// sameOps compares operations except for their lines.
func sameOps(a, b []ops.Op) bool {
	return slices.EqualFunc(a, b, func(x, y ops.Op) bool {
		x.Line, y.Line = 0, 0
		return x == y
	})
}

// TestScenariosAreTraces: the text of every scenario is complete: it parses to the same operations and the same
// setting. The design can do all operations, and the scenario is small.
func TestScenariosAreTraces(t *testing.T) {
	base := machine(t)
	for _, d := range all.Designs() {
		s := source(t, d, Options{Seed: 9, Speculate: true})
		list := s.Shapes()
		for i := range testsize.Choose(20, 200, 200) {
			list = append(list, s.Random(i))
		}
		for i, tr := range list {
			again := parse(t, tr.String())
			if !sameOps(tr.Ops, again.Ops) || again.String() != tr.String() || again.CPUs != tr.CPUs || again.Pages != tr.Pages {
				t.Fatalf("%s %d: written\n%s\nread back\n%s", d.Name, i, tr, again)
			}
			x, err1 := Config(tr, base, all.Designs())
			y, err2 := Config(again, base, all.Designs())
			if err1 != nil || err2 != nil {
				t.Fatalf("%s %d: %v, %v", d.Name, i, err1, err2)
			}
			if x.Design != d || y.Design != d || x.KVAPages != y.KVAPages || x.Spec.TLB != y.Spec.TLB || x.Spec.KernelGlobal != y.Spec.KernelGlobal || !x.Spec.Speculate {
				t.Fatalf("%s %d: %+v is not %+v", d.Name, i, x, y)
			}
			for _, k := range d.Tunables {
				if v, ok := x.Tune[k.Name]; !ok || v != y.Tune[k.Name] || v < k.Min || v > k.Max {
					t.Errorf("%s %d: %s is %d, read back %d", d.Name, i, k.Name, v, y.Tune[k.Name])
				}
			}
			if err := s.Fits(tr); err != nil {
				t.Errorf("%s %d: %v", d.Name, i, err)
			}
			if tr.CPUs < 2 || tr.CPUs > 4 || len(tr.Ops) > maxDeep(tr) || len(tr.Ops) < 2 {
				t.Errorf("%s %d: %d CPUs and %d operations", d.Name, i, tr.CPUs, len(tr.Ops))
			}
		}
	}
}

// maxDeep bounds the operations of a scenario: one in three random ones is deep.
func maxDeep(tr *ops.Trace) int {
	if tr.Pages > 3 {
		return 120
	}
	return 16 * tr.CPUs
}

// TestDeepScenariosAreDeep: many live buffers, more than the magazines of two CPUs hold, and sometimes a limit.
func TestDeepScenariosAreDeep(t *testing.T) {
	s := source(t, design("lwbuf"), Options{Seed: 1})
	full, limited, oneWay := 0, 0, 0
	const n = 200
	for i := range n {
		tr := s.Random(deepEach*i + deepEach - 1)
		live, most := 0, 0
		elsewhere, frees := 0, 0
		home := map[string]int{}
		for _, op := range tr.Ops {
			switch op.Verb {
			case ops.Alloc:
				live++
				home[op.Name] = op.CPU
			case ops.Free:
				live--
				frees++
				if op.CPU != home[op.Name] {
					elsewhere++
				}
			}
			most = max(most, live)
		}
		if most >= 12 {
			full++
		}
		if elsewhere > frees*9/10 {
			oneWay++
		}
		for _, h := range tr.Header {
			if strings.HasPrefix(h.Text, "objcache.limit=") && h.Text != "objcache.limit=0" {
				limited++
			}
		}
	}
	if full < n/4 || limited < n/10 || oneWay < n/20 {
		t.Errorf("of %d, %d have 12 or more buffers live, %d a limit, %d flow one way", n, full, limited, oneWay)
	}
}

// TestOptions: given options do not vary.
func TestOptions(t *testing.T) {
	s := source(t, design("sfbuf"), Options{Seed: 1, CPUs: 3, Set: allocators.Tuning{"sfbuf.nsfbufs": 7}})
	for i := range 100 {
		tr := s.Random(i)
		set, err := Config(tr, machine(t), all.Designs())
		if err != nil {
			t.Fatal(err)
		}
		if _, speculates := tr.HeaderValue("speculate"); tr.CPUs != 3 || set.Tune["sfbuf.nsfbufs"] != 7 || speculates {
			t.Fatalf("%s", tr)
		}
	}
	for _, tr := range s.Shapes() {
		if set, err := Config(tr, machine(t), all.Designs()); err != nil || set.Tune["sfbuf.nsfbufs"] != 7 {
			t.Errorf("%v in %s", err, tr)
		}
	}
	if _, err := NewSource(design("sfbuf"), machine(t), Options{Set: allocators.Tuning{"sfbuf.nsfbufs": 1 << 20}}); err == nil || !strings.HasPrefix(err.Error(), "sfbuf: ") {
		t.Errorf("a pool that no window holds: %v", err)
	}
}

// TestEveryDesignRunsTheShapes: in file order the shapes find nothing in designs that declare no fault.
func TestEveryDesignRunsTheShapes(t *testing.T) {
	for _, d := range all.Designs() {
		shapes := source(t, d, Options{}).Shapes()
		if len(shapes) < 5 {
			t.Errorf("%s: only %d shapes", d.Name, len(shapes))
		}
		for _, tr := range shapes {
			for id := range tr.CPUs {
				if n := len(slices.DeleteFunc(slices.Clone(tr.Ops), func(op ops.Op) bool { return op.CPU != id })); n < 4 || n > 8 {
					t.Errorf("%s %s: cpu%d has %d operations", d.Name, tr.File, id, n)
				}
			}
			set, err := Config(tr, machine(t), all.Designs())
			if err != nil {
				t.Fatal(err)
			}
			s := schedule.NewReplay(nil)
			s.Begin()
			var runner interleave.Runner
			f, err := runner.Run(interleave.NewPlan(tr), set, s, nil)
			runner.Close()
			if err != nil || f != nil && d.KnownFault+d.KnownRace == "" {
				t.Errorf("%s %s: %+v, %v", d.Name, tr.File, f, err)
			}
		}
	}
}

// TestWithout: whatever is removed, the rest is a legal trace of the same operations in the same order.
func TestWithout(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, d := range all.Designs() {
		s := source(t, d, Options{Seed: 2})
		for i := range testsize.Choose(10, 150, 150) {
			tr := s.Random(i)
			for len(tr.Ops) > 1 {
				from := r.IntN(len(tr.Ops))
				to := from + 1 + r.IntN(len(tr.Ops)-from)
				less := Without(tr, from, to, false)
				if len(less.Ops) > len(tr.Ops)-(to-from) || less.CPUs > tr.CPUs || less.CPUs < 1 {
					t.Fatalf("%s: without %d to %d\n%s\nis\n%s", d.Name, from, to, tr, less)
				}
				if again := parse(t, less.String()); !sameOps(again.Ops, less.Ops) {
					t.Fatalf("%s: written\n%s\nread back\n%s", d.Name, less, again)
				}
				busy := make([]bool, less.CPUs)
				for _, op := range less.Ops {
					busy[op.CPU] = true
				}
				if len(less.Ops) > 0 && slices.Contains(busy, false) {
					t.Fatalf("%s: an idle CPU is left in\n%s", d.Name, less)
				}
				tr = less
			}
		}
	}
}

// TestWithoutAReference: a buffer with two references lives until its second free.
func TestWithoutAReference(t *testing.T) {
	tr := parse(t, "lwbench-ops 1\ncpus 3\n0 alloc a 1\n2 ref a\n1 free a\n0 load a\n2 free a\n2 signal 1\n")
	for _, k := range []struct {
		from, to int
		want     string
	}{
		{0, 1, "1 cpus: 0 signal 0"},
		{1, 2, "3 cpus: 0 alloc a 1, 1 free a, 2 signal 1"},
		{2, 3, "2 cpus: 0 alloc a 1, 1 ref a, 0 load a, 1 free a, 1 signal 1"},
		{5, 6, "3 cpus: 0 alloc a 1, 2 ref a, 1 free a, 0 load a, 2 free a"},
		{0, 6, "1 cpus: "},
	} {
		less := Without(tr, k.from, k.to, false)
		var list []string
		for i := range less.Ops {
			list = append(list, less.Ops[i].String())
		}
		if got := string(rune('0'+less.CPUs)) + " cpus: " + strings.Join(list, ", "); got != k.want {
			t.Errorf("without %d to %d: %s, want %s", k.from, k.to, got, k.want)
		}
	}
}

// TestFirst: the fixed scenarios of three operations are truncated ones of six, and possible.
func TestFirst(t *testing.T) {
	for _, d := range all.Designs() {
		all := source(t, d, Options{}).Shapes()
		for i, tr := range source(t, d, Options{First: 3}).Shapes() {
			whole := all[i]
			n := make([]int, tr.CPUs)
			for _, op := range tr.Ops {
				n[op.CPU]++
			}
			if slices.Max(n) != 3 || len(tr.Ops) >= len(whole.Ops) || tr.Header[0] != whole.Header[0] {
				t.Errorf("%s: %s of %s", d.Name, tr, whole)
			}
			if _, err := ops.Parse("again.ops", strings.NewReader(tr.String())); err != nil {
				t.Errorf("%s: %v", d.Name, err)
			}
		}
	}
}
