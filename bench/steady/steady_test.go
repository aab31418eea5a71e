package steady

import (
	"math"
	"math/rand/v2"
	"testing"

	"lwbench/mmu/smp"
)

// model is a machine whose CPUs are always busy: cost gives the cycles of an operation and kva the pages taken, by the
// number of operations so far.
type model struct {
	cpus  int
	cost  func(ops int64) float64
	kva   func(ops int64) int64
	fills func(ops int64) int64 // page walks
	noise float64
}

// follow runs the model under a Watch and returns the window that it chose.
func (m *model) follow(t *testing.T, w Watch) (from, to Point) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var p Point
	at := 0.0 // when the next operation ends
	next := w.First()
	for looks := 0; ; {
		for at < float64(next) {
			p.Ops++
			at += m.cost(p.Ops) / float64(m.cpus) * (1 + m.noise*(2*r.Float64()-1))
		}
		if looks++; looks > 2000 {
			t.Fatalf("%d looks", looks)
		}
		p.At, p.Busy = next, smp.Cycles(m.cpus)*next
		if m.kva != nil {
			p.KVA = m.kva(p.Ops)
		}
		if m.fills != nil {
			p.Fills[2] = m.fills(p.Ops)
		}
		step := w.Look(p)
		if step.Begin {
			from = p
		}
		if step.End {
			return from, p
		}
		if step.Next <= next {
			t.Fatalf("at %d: look again at %d", next, step.Next)
		}
		next = step.Next
	}
}

func flat(x float64) func(int64) float64 { return func(int64) float64 { return x } }

// TestUntil: a steady run is short; a start-up is not taken for the steady state, however even it is; a run that does not
// settle or is too noisy says so.
func TestUntil(t *testing.T) {
	const full, slope = 32_000, 0.0277
	for _, k := range []struct {
		name   string
		m      model
		status Status
		cost   float64 // of the window, to 3 %; 0 is any
		most   int64   // operations of the run
	}{
		{"flat", model{cost: flat(700)}, Steady, 700, 8000},
		{"slow", model{cost: flat(1.4e6)}, Steady, 1.4e6, 8000},
		{"decays", model{cost: func(n int64) float64 { return 1000 + 5000*math.Exp(-float64(n)/7_500) }}, Steady, 1000, 410_000},
		{"fills a cache of KVA", model{
			cost: func(n int64) float64 {
				if n < 25_000 {
					return 3000
				}
				return 1000
			},
			kva: func(n int64) int64 { return min(n, 25_000) },
		}, Steady, 1000, 410_000},
		{"takes KVA for ever", model{cost: flat(3000), kva: func(n int64) int64 { return n }}, TakesKVA, 3000, 410_000},
		{"grows", model{cost: func(n int64) float64 { return 1000 + float64(n) }}, Growing, 0, 410_000},
		{
			"fills slowly", // by 1.9 % in a doubling, and by 7 % in all
			model{
				cost: func(n int64) float64 { return 1000 * max(1, math.Pow(float64(n)/full, -slope)) },
				fills: func(n int64) int64 { // a walk costs 100 cycles: the sum of what cost adds
					x := float64(min(n, full))
					return int64(10 * x * (math.Pow(x/full, -slope)/(1-slope) - 1))
				},
			}, Steady, 1000, 300_000,
		},
		{"noisy", model{cost: flat(1000), noise: 0.9}, Steady, 1000, 16_000},
	} {
		for _, cpus := range []int{1, 8, 64} {
			k.m.cpus = cpus
			c := Full(cpus)
			w := Until(c)
			from, to := k.m.follow(t, w)
			v := w.Verdict()
			if v.Status != k.status {
				t.Errorf("%s, %d CPUs: %v after %d operations, want %v: %+v", k.name, cpus, v.Status, to.Ops, k.status, v)
			}
			if got := cost(from, to); k.cost > 0 && math.Abs(got/k.cost-1) > 0.03 {
				t.Errorf("%s, %d CPUs: %.0f cycles an operation, want %.0f: %+v", k.name, cpus, got, k.cost, v)
			}
			if most := k.most * max(4000, c.Least) / 4000; to.Ops > most+most/10 || 10*to.Ops < 19*from.Ops || to.Ops > 3*from.Ops {
				t.Errorf("%s, %d CPUs: window %d to %d, %d operations, want at most %d", k.name, cpus, from.At, to.At, to.Ops, most)
			}
		}
	}
}

// TestRough: a run that may end roughly ends as soon as its cost is known to 10 %, and says how precise it is; one that is at its start-up, or
// whose caches fill, does not, and a run that is steady at once is as it would be.
func TestRough(t *testing.T) {
	for _, k := range []struct {
		name   string
		m      model
		status Status
		cost   float64
		within float64
		most   int64
	}{
		{"flat", model{cost: flat(700)}, Steady, 700, 0.01, 5000},
		{"noisy", model{cost: func(n int64) float64 { return 1000 + 900*math.Sin(float64(n)/300) }}, Wide, 1000, 0.1, 70_000},
		{"settles slowly", model{cost: func(n int64) float64 { return 1000 * (1 + 300/float64(n)) }}, Wide, 1000, 0.15, 5000},
		{
			"fills a cache of KVA", model{
				cost: func(n int64) float64 {
					if n < 25_000 {
						return 3000
					}
					return 1000
				},
				kva: func(n int64) int64 { return min(n, 25_000) },
			}, Steady, 1000, 0.03, 130_000,
		},
		{
			"fills a cache of mappings", model{
				cost: func(n int64) float64 { return 1000 * max(1, math.Pow(float64(n)/32_000, -0.05)) },
				fills: func(n int64) int64 {
					return int64(10 * float64(min(n, 32_000)) * (math.Pow(float64(min(n, 32_000))/32_000, -0.05) - 1))
				},
			}, Steady, 1000, 0.03, 300_000,
		},
	} {
		k.m.cpus = 8
		w := Until(Full(8).Roughly())
		from, to := k.m.follow(t, w)
		v := w.Verdict()
		if got := cost(from, to); v.Status != k.status || math.Abs(got/k.cost-1) > k.within || to.Ops > k.most {
			t.Errorf("%s: %v after %d operations: %.0f cycles an operation, want %v and %.0f: %+v", k.name, v.Status, to.Ops, got, k.status, k.cost, v)
		}
		if v.Status == Wide && (v.Cost <= 0.02 && v.Drift <= 0.02 || v.Cost < 2*math.Abs(v.Drift)) {
			t.Errorf("%s: %+v", k.name, v)
		}
	}
}

// TestWide: rare bursts leave a run imprecise.
func TestWide(t *testing.T) {
	w := Until(Full(1))
	r := rand.New(rand.NewPCG(7, 7))
	m := model{cpus: 1, cost: func(int64) float64 {
		if r.IntN(1000) == 0 {
			return 1e7
		}
		return 1000
	}}
	m.follow(t, w)
	if v := w.Verdict(); v.Status != Wide && v.Status != Growing || v.Cost < 0.02 {
		t.Errorf("%+v", v)
	}
}

// TestFixedWindow: the window holds what was asked for, give or take one operation for each CPU.
func TestFixedWindow(t *testing.T) {
	for _, k := range []struct{ cpus, warmup, ops int }{
		{1, 0, 20}, {1, 1000, 1000}, {8, 100, 1000}, {64, 0, 60}, {64, 1000, 1000}, {2, 7, 20},
	} {
		m := model{cpus: k.cpus, cost: func(n int64) float64 { return 500 + 50_000/float64(n) }}
		w := FixedWindow(k.cpus, k.warmup, k.ops)
		from, to := m.follow(t, w)
		n := int64(k.cpus)
		if off := from.Ops - n*int64(k.warmup); off < 0 || off > n+1 {
			t.Errorf("%+v: the window begins after %d operations", k, from.Ops)
		}
		if off := to.Ops - from.Ops - n*int64(k.ops); off < 0 || off > n+1 {
			t.Errorf("%+v: the window has %d operations", k, to.Ops-from.Ops)
		}
		if v := w.Verdict(); v.Status != Fixed || v.Cost <= 0 || v.Cost > 0.7 {
			t.Errorf("%+v: %+v", k, v)
		}
	}
}

// TestPrecision: the true ratio lies within the half-width in 95 of 100 cases.
func TestPrecision(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const runs = 4000
	inside := 0
	for range runs {
		window := []Point{{}}
		for range batches {
			p := window[len(window)-1]
			ops := 50 + r.Float64()*100 + 10*r.NormFloat64()
			window = append(window, Point{At: p.At + 100, Ops: p.Ops + int64(ops), Busy: p.Busy + smp.Cycles(ops*1000*(1+0.2*r.NormFloat64()))})
		}
		if v := precision(window); math.Abs(cost(window[0], window[batches])/1000-1) <= v.Cost*cost(window[0], window[batches])/1000 {
			inside++
		}
	}
	if share := float64(inside) / runs; share < 0.93 || share > 0.97 {
		t.Errorf("the ratio is inside in %.1f %% of the runs", 100*share)
	}
}
