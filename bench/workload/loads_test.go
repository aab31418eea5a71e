package workload

import (
	"context"
	"fmt"
	"maps"
	"math"
	"reflect"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

func design(t *testing.T, name string) *allocators.Design {
	t.Helper()
	for _, d := range all.Designs() {
		if d.Name == name {
			return d
		}
	}
	t.Fatal("no design ", name)
	return nil
}

// TestMemdiskReuse: sequentially through 64 pages with a pool of 64, only the first pass makes mappings; with a pool
// of 63 the least recently used mapping is always the one needed next.
func TestMemdiskReuse(t *testing.T) {
	for pool, want := range map[int64]int64{64: 640 - 64, 63: 0} {
		out := runCell(t, Find("memdisk"), design(t, "sfbuf"), 1, 640, 1,
			Values{"memdisk.pages": "64", "memdisk.order": "sequential"}, allocators.Tuning{"sfbuf.nsfbufs": pool})
		if out.Reuses != want {
			t.Errorf("pool of %d: %d reuses, want %d", pool, out.Reuses, want)
		}
	}
}

// TestMemdiskSleepsHoldingTheMapping: the swap-in is idle time, and not part of an operation.
func TestMemdiskSleepsHoldingTheMapping(t *testing.T) {
	out := runCell(t, Find("memdisk"), design(t, "sfbuf"), 2, 50, 1, Values{"memdisk.swapped": "1", "memdisk.swapin": "1000000"}, nil)
	if idle := out.Spent[smp.CostIdle]; idle < 100*1000000 {
		t.Errorf("idle for %d cycles, swapped in 100 times", idle)
	}
	if out.Latency.Max() >= 1000000 {
		t.Errorf("an operation of %d cycles includes its swap-in", out.Latency.Max())
	}
	waiting := runCell(t, Find("memdisk"), design(t, "sfbuf"), 2, 50, 1, Values{"memdisk.swapped": "1", "memdisk.swapin": "1000000"},
		allocators.Tuning{"sfbuf.nsfbufs": 1})
	if waiting.Counters.Sleeps == 0 || waiting.Spent[smp.CostSleep] < 10*1000000 {
		t.Errorf("a pool of one, held through every swap-in: %d sleeps, %d cycles asleep", waiting.Counters.Sleeps, waiting.Spent[smp.CostSleep])
	}
}

// TestUmtxPins: 16 sleepers on a CPU pin 16 mappings; with one fewer, allocs fail.
func TestUmtxPins(t *testing.T) {
	for pool, enough := range map[int64]bool{32: true, 31: false} {
		out := runCell(t, Find("umtx"), design(t, "naive"), 2, 200, 1, nil, allocators.Tuning{"naive.nsfbufs": pool})
		if enough != (out.Failed+out.Counters.Sleeps == 0) {
			t.Errorf("pool of %d: %d failed, %d sleeps", pool, out.Failed, out.Counters.Sleeps)
		}
		if out.Latency.Max() >= 1000000 || out.Counters.Accesses != 800 {
			t.Errorf("%d accesses, the longest operation %d cycles", out.Counters.Accesses, out.Latency.Max())
		}
	}
}

// TestVpagetableReuse: each CPU walks 1 + 8 pages: all but the first visit of each find the mapping. Every other
// visit is to the directory.
func TestVpagetableReuse(t *testing.T) {
	for _, cpus := range []int{1, 5, 8} {
		out := runCell(t, Find("vpagetable"), design(t, "sfbuf"), cpus, 400, 1, nil, nil)
		if want := int64(cpus) * (400 - 9); out.Reuses != want {
			t.Errorf("%d CPUs: %d reuses, want %d", cpus, out.Reuses, want)
		}
		if out.Counters.Accesses != 2*400*int64(cpus) {
			t.Errorf("%d accesses in %d visits", out.Counters.Accesses, 400*cpus)
		}
	}
	atomics := runCell(t, Find("vpagetable"), design(t, "sfbuf"), 8, 400, 1, Values{"vpagetable.shared": "1"}, nil)
	own := runCell(t, Find("vpagetable"), design(t, "sfbuf"), 8, 400, 1, nil, nil)
	if atomics.Spent[smp.CostLine] <= own.Spent[smp.CostLine] {
		t.Error("page tables that all CPUs share cost no more to mark than each CPU's own")
	}
}

// TestZeroidleNeverReuses: every page is new, so no design reuses a mapping, except the direct map, which maps all of
// them; zeroing costs one page copy.
func TestZeroidleNeverReuses(t *testing.T) {
	for _, d := range able(Find("zeroidle"), nil) {
		out := runCell(t, Find("zeroidle"), d, 4, 300, 1, nil, nil)
		checkOutcome(t, out, d, 1200)
		if out.Reuses != 0 && !d.CannotRunOut || out.Spent[smp.CostUse] != 1200*testSpec().MMU.CopyPage {
			t.Errorf("%s: %d reuses, %d cycles of use", d.Name, out.Reuses, out.Spent[smp.CostUse])
		}
		if spec := testSpec(); out.Elapsed < smp.Cycles(1199*spec.ClockHz/20000) {
			t.Errorf("%s: 1200 pages zeroed in %d cycles, more than 20,000 a second", d.Name, out.Elapsed)
		}
		checkOutcome(t, runCell(t, Find("zeroidle"), d, 4, 300, 1, Values{"zeroidle.others": "copying"}, nil), d, 1200)
	}
	again := runCell(t, Find("zeroidle"), design(t, "sfbuf"), 1, 100, 1, Values{"zeroidle.memory": "10"}, nil)
	if again.Reuses != 90 {
		t.Errorf("10 pages zeroed 10 times: %d reuses, want 90", again.Reuses)
	}
}

// TestZeroidleWarmup checks that the work of idle CPUs in the warm-up is not counted.
func TestZeroidleWarmup(t *testing.T) {
	d := design(t, "naive") // each free interrupts the idle CPUs
	per := func(warmup int) float64 {
		m, _ := mmu.New(testSpec(), mmu.Options{CPUs: 4})
		a, _ := d.New(m, nil)
		out, err := Run(context.Background(), Find("zeroidle"), &Cell{Machine: m, Alloc: a, Design: d, Ops: 50, Warmup: warmup, Seed: 1}, RunOptions{})
		if err != nil || out.Ops != 200 {
			t.Fatal(out, err)
		}
		return float64(out.Counters.Invlpg+out.Counters.Flushes) / float64(out.Ops)
	}
	if cold, warm := per(0), per(500); math.Abs(cold-warm) > 0.1 {
		t.Errorf("%v invalidations an operation, %v after a warm-up", cold, warm)
	}
}

// TestSyntheticHitRate: with a uniform distribution, a draw hits a full pool of P out of N pages with probability
// P/N, independent of earlier draws: the hits are binomial. Five standard deviations off has a probability below
// 1e-6.
func TestSyntheticHitRate(t *testing.T) {
	const n, draws = 512, 20000
	for _, pool := range []int64{64, 256, 500} {
		m, _ := mmu.New(testSpec(), mmu.Options{CPUs: 1})
		d := design(t, "sfbuf")
		a, _ := d.New(m, allocators.Tuning{"sfbuf.nsfbufs": pool})
		out, err := Run(context.Background(), Find("synthetic"), &Cell{
			Machine: m, Alloc: a, Design: d, Ops: draws, Warmup: 8 * n, Seed: 1,
			Params: Values{"synthetic.zipf": "0", "synthetic.pages": fmt.Sprint(n)},
		}, RunOptions{})
		if err != nil {
			t.Fatal(err)
		}
		p := float64(pool) / n
		if off := math.Abs(float64(out.Reuses) - draws*p); off > 5*math.Sqrt(draws*p*(1-p)) {
			t.Errorf("pool of %d: hit rate %.4f, want %.4f", pool, float64(out.Reuses)/draws, p)
		}
	}
}

// journeys records for each CPU the pages that it maps, in order, and the other CPUs that touch and free each mapping
// (-1: none).
type journeys struct {
	of   map[int][]journey
	live map[int][2]int // by the handle's name: its home and its index there
}

type journey struct{ page, touched, freed int }

func (r *journeys) Op(cpu int, verb string, name, page int, _ allocators.Flags) {
	if verb == "alloc" {
		r.live[name] = [2]int{cpu, len(r.of[cpu])}
		r.of[cpu] = append(r.of[cpu], journey{page, -1, -1})
	}
	at, ok := r.live[name]
	if !ok || at[0] == cpu {
		return
	}
	if j := &r.of[at[0]][at[1]]; verb == "free" {
		j.freed = cpu
	} else {
		j.touched = cpu
	}
}

// count returns the number of mappings touched by another CPU, and freed by another CPU.
func (r *journeys) count() (strays, away int) {
	for _, list := range r.of {
		for _, j := range list {
			strays += min(1, j.touched+1)
			away += min(1, j.freed+1)
		}
	}
	return strays, away
}

// wild is synthetic with everything enabled, and more pages than a small pool has.
func wild() Values {
	return Values{
		"synthetic.pages": "40", "synthetic.zipf": "0.7", "synthetic.hold": "3000", "synthetic.stray": "0.4",
		"synthetic.away": "0.3", "synthetic.batch": "5",
	}
}

// TestSyntheticDraws: every design gets the same pages in the same order, they go to other CPUs in the requested
// shares (1,000 draws, within five standard deviations), and the run-ahead makes no difference.
func TestSyntheticDraws(t *testing.T) {
	var want map[int][]journey
	for _, d := range able(Find("synthetic"), wild()) {
		m, _ := mmu.New(testSpec(), mmu.Options{CPUs: 5})
		a, _ := d.New(m, allocators.Tuning{"sfbuf.nsfbufs": 7})
		r := &journeys{of: make(map[int][]journey), live: make(map[int][2]int)}
		if _, err := Run(context.Background(), Find("synthetic"), &Cell{Machine: m, Alloc: a, Design: d, Ops: 200, Seed: 3, Params: wild()},
			RunOptions{Recorder: r}); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = r.of
		}
		if !reflect.DeepEqual(r.of, want) {
			t.Errorf("%s was asked for other pages, or they went elsewhere", d.Name)
		}
		if strays, away := r.count(); strays < 400-78 || strays > 400+78 || away < 300-73 || away > 300+73 {
			t.Errorf("%s: of 1000 mappings %d strayed and %d were freed elsewhere", d.Name, strays, away)
		}
		out := runCell(t, Find("synthetic"), d, 5, 200, 3, wild(), nil)
		checkOutcome(t, out, d, 1000)
		if none := runAhead(t, Find("synthetic"), d, 5, 200, 3, wild(), nil, new(smp.Cycles)); none.Digest != out.Digest {
			t.Errorf("%s: digest %x, without run-ahead %x", d.Name, out.Digest, none.Digest)
		}
		if d.KnownFault != "" && out.Counters.Stale == 0 {
			t.Errorf("%s: strays show no stale access", d.Name)
		}
	}
}

// TestSurvivesAPoolOfOne: no CPU sleeps while it holds what the others wait for.
func TestSurvivesAPoolOfOne(t *testing.T) {
	one := allocators.Tuning{"objcache.capacity": 4}
	for _, d := range all.Designs() {
		for _, k := range d.Tunables {
			if k.Pool {
				one[k.Name] = 1
			}
		}
	}
	quiet := wild() // nothing leaves its CPU
	quiet["synthetic.stray"], quiet["synthetic.away"] = "0", "0"
	private := maps.Clone(quiet)
	private["synthetic.private"], private["synthetic.away"] = "1", "0.5"
	for turn, x := range []struct {
		workload string
		params   Values
	}{
		{"memdisk", Values{"memdisk.swapped": "0.5"}},
		{"umtx", nil},
		{"umtx", Values{"umtx.sleep": "0"}},
		{"vpagetable", Values{"vpagetable.shared": "1"}},
		{"zeroidle", nil},
		{"zeroidle", Values{"zeroidle.others": "copying", "zeroidle.rate": "1e9"}},
		{"synthetic", wild()},
		{"synthetic", quiet},
		{"synthetic", private},
	} {
		for _, d := range testsize.Some(able(Find(x.workload), x.params), turn) {
			for _, cpus := range []int{1, 2, 7} {
				out := runCell(t, Find(x.workload), d, cpus, 60, 1, x.params, one)
				checkOutcome(t, out, d, int64(60*cpus))
			}
		}
	}
}

func TestChoicesAndCombinations(t *testing.T) {
	for _, x := range []struct {
		workload string
		values   Values
		want     string
	}{
		{"memdisk", Values{"memdisk.order": "backwards"}, "memdisk.order=backwards: choose random or sequential"},
		{"zeroidle", Values{"zeroidle.others": ""}, "zeroidle.others=: choose idle or copying"},
		{"synthetic", Values{"synthetic.private": "1", "synthetic.stray": "0.1"}, "only its own CPU may touch a private mapping"},
		{"synthetic", Values{"synthetic.private": "1", "synthetic.away": "0.1"}, ""},
		{"memdisk", Values{"memdisk.order": "sequential"}, ""},
	} {
		err := CheckParams(Find(x.workload), x.values)
		if (x.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), x.want) {
			t.Errorf("%v: %v, want %q", x.values, err, x.want)
		}
	}
}

// TestParamsAreWhole: each parameter has its workload's name, a description, and a valid default.
func TestParamsAreWhole(t *testing.T) {
	for _, w := range All() {
		for _, p := range w.Params {
			if !strings.HasPrefix(p.Name, w.Name+".") || p.Doc == "" {
				t.Errorf("%s: parameter %q, %q", w.Name, p.Name, p.Doc)
			}
			if err := p.Check(p.Default); err != nil {
				t.Error(err)
			}
			if p.Kind != Text && p.Min >= p.Max {
				t.Errorf("%s: range %v to %v", p.Name, p.Min, p.Max)
			}
		}
	}
}
