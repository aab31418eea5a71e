package here

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"lwbench/mmu/machines"
)

// recorder is a memory that checks that patterns obey the rules of a window.
type recorder struct {
	t       *testing.T
	page    [slots]int // page + 1
	calls   map[string]int
	touched int
}

func (r *recorder) mapPage(slot, page int) error {
	if page < 0 || page >= filePages {
		r.t.Errorf("page %d is not of the file", page)
	}
	if r.page[slot] != 0 {
		r.calls["over"]++
	}
	r.page[slot] = page + 1
	r.calls["map"]++
	return nil
}

func (r *recorder) touch(slot int) {
	if r.page[slot] == 0 {
		r.t.Errorf("slot %d is touched and not mapped", slot)
	}
	r.touched++
}

func (r *recorder) unmap(slot, n int) error {
	for i := range n {
		if r.page[slot+i] == 0 {
			r.t.Errorf("slot %d is unmapped and not mapped", slot+i)
		}
		r.page[slot+i] = 0
	}
	r.calls["unmap"]++
	return nil
}

// TestPatterns: each round makes as many mappings as it declares, with as many calls as its description says.
func TestPatterns(t *testing.T) {
	for _, p := range Patterns() {
		r := &recorder{t: t, calls: make(map[string]int)}
		s := newState(0)
		if err := prepare(r, s.apart); err != nil {
			t.Fatal(err)
		}
		if err := p.round(r, s); err != nil { // the first round of a batch starts with full slots
			t.Fatal(err)
		}
		r.touched, r.calls = 0, make(map[string]int)
		const rounds = 20
		for range rounds {
			if err := p.round(r, s); err != nil {
				t.Fatal(err)
			}
		}
		n := float64(rounds * p.Ops)
		if r.touched != rounds*p.Ops {
			t.Errorf("%s: %d touches, want %v", p.Name, r.touched, n)
		}
		maps, over, unmaps := float64(r.calls["map"])/n, float64(r.calls["over"])/n, float64(r.calls["unmap"])/n
		got := fmt.Sprintf("%.1f maps, %.1f over a present page, %.2f unmaps", maps, over, unmaps)
		if want := map[string]string{
			"map-use-unmap":     "1.0 maps, 0.0 over a present page, 1.00 unmaps",
			"batch of 8":        "1.0 maps, 0.0 over a present page, 0.12 unmaps",
			"lazy purge of 64":  "1.0 maps, 0.0 over a present page, 0.02 unmaps",
			"cache, 0 % hits":   "1.0 maps, 1.0 over a present page, 0.00 unmaps",
			"cache, 50 % hits":  "0.5 maps, 0.5 over a present page, 0.00 unmaps",
			"cache, 90 % hits":  "0.1 maps, 0.1 over a present page, 0.00 unmaps",
			"cache, 100 % hits": "0.0 maps, 0.0 over a present page, 0.00 unmaps",
		}[p.Name]; got != want {
			t.Errorf("%s: %s, want %s", p.Name, got, want)
		}
	}
}

// TestPredictAlone: on one CPU the prediction is the sum of the kernel's costs, and nothing is remote.
func TestPredictAlone(t *testing.T) {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	c := Costs{MapFree: 2000, MapNext: 1800, MapOver: 4000, Fault: 1500, FaultNext: 900, Touch: 40, Unmap1: 5000, UnmapN: 14000}
	k := spec.MMU
	ns := 1e9 / spec.ClockHz
	one, all := c.Unmap1-ns*float64(k.PTEWrite+k.Invlpg), c.UnmapN-ns*float64(64*k.PTEWrite+k.FlushAll)
	unmap8 := one + (all-one)*7/63 + ns*float64(8*(k.PTEWrite+k.Invlpg)) // page by page, where 64 are flushed at once
	const free = 500                                                     // a lock and a page walk, which the model also charges
	for _, p := range Patterns() {
		want := map[string]float64{
			"map-use-unmap":     c.MapFree + c.Fault + c.Unmap1,
			"batch of 8":        (c.MapFree+c.Fault+unmap8)/8 + (c.MapNext+c.FaultNext)*7/8,
			"lazy purge of 64":  (c.MapFree+c.Fault+c.UnmapN)/64 + (c.MapNext+c.FaultNext)*63/64,
			"cache, 0 % hits":   c.MapOver + c.Fault,
			"cache, 50 % hits":  (c.MapOver + c.Fault + c.Touch) / 2,
			"cache, 90 % hits":  0.1*(c.MapOver+c.Fault) + 0.9*c.Touch,
			"cache, 100 % hits": c.Touch,
		}[p.Name]
		got, err := predict(context.Background(), spec, c, p, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got < 0.9*want || got > 1.1*want+free {
			t.Errorf("%s: %.0f ns, want %.0f", p.Name, got, want)
		}
		two, err := predict(context.Background(), spec, c, p, 2)
		if err != nil {
			t.Fatal(err)
		}
		if p.Name == "cache, 100 % hits" {
			if two != got {
				t.Errorf("%s: %.1f ns on two CPUs, %.1f on one", p.Name, two, got)
			}
		} else if two < 1.1*got {
			t.Errorf("%s: %.0f ns on two CPUs under one lock, %.0f on one", p.Name, two, got)
		}
	}
}

// manyRounds makes undisturbed rounds that measured the same, row by row, but for a pace that differs from round to round.
func manyRounds(n int, measured ...float64) (list []round) {
	for i := range n {
		r := round{measured: make([]float64, len(measured))}
		pace := 1 + 0.5*float64(i%3)
		r.costs.Touch = pace
		for k, m := range measured {
			r.measured[k] = m * pace
		}
		list = append(list, r)
	}
	return list
}

// compared returns a comparison of rows called a, b, …, whose prediction at pace 1 is given.
func compared(t *testing.T, list []round, predicted ...float64) *Result {
	t.Helper()
	r := &Result{Machine: "mine"}
	for i := range predicted {
		r.Rows = append(r.Rows, Row{Pattern: string(rune('a' + i)), Threads: 1})
	}
	if err := r.judge(list, func(c *Costs, i int) (float64, error) { return predicted[i] * c.Touch, nil }); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestJudge: a host that changes its pace by half changes no error and no order.
func TestJudge(t *testing.T) {
	list := manyRounds(30, 110, 180, 185, math.NaN())
	for i := range list {
		if i%4 == 0 {
			list[i].measured[2] = 170 * list[i].costs.Touch // not distinguishable from b
		}
	}
	r := compared(t, list, 100, 200, 190, 1)
	if pairs, reversed := r.Order(); pairs != 2 || len(reversed) != 0 {
		t.Errorf("%d pairs, %v", pairs, reversed)
	}
	mean, worst := r.Error()
	if mean < 1.07 || mean > 1.08 || math.Abs(worst-200.0/180) > 1e-9 || r.Failed() || r.Complaints() != nil {
		t.Errorf("off by %v, %v at worst; %q", mean, worst, r.Complaints())
	}
	if a := r.Rows[0]; math.Abs(a.Low-a.High) > 1e-9 || r.Rows[3].Err == nil {
		t.Errorf("%+v", r.Rows)
	}
	r = compared(t, list, 240, 200, 190, 1)
	pairs, reversed := r.Order()
	if pairs != 2 || len(reversed) != 2 || reversed[0][0].Pattern != "a" || !r.Failed() {
		t.Errorf("%d pairs, %v", pairs, reversed)
	}
}

// TestDisturbed: disturbed rounds do not count where enough others do, and are said where they must.
func TestDisturbed(t *testing.T) {
	list := append(manyRounds(wantRounds, 100), manyRounds(40, 1000)...)
	for i := wantRounds; i < len(list); i++ {
		list[i].load.Others = 3
	}
	r := compared(t, list, 100)
	if r.Rows[0].Ratio != 1 || r.counted() != wantRounds || len(r.Complaints()) != 0 {
		t.Errorf("%+v: %q", r.Rows[0], r.Complaints())
	}
	r = compared(t, list[1:], 100)
	if r.Rows[0].Ratio != 0.1 || r.counted() != wantRounds+39 || len(r.Complaints()) != 1 {
		t.Errorf("%+v: %q", r.Rows[0], r.Complaints())
	}
	if r := compared(t, nil, 1); r.Rows[0].Err == nil || r.Failed() {
		t.Errorf("nothing was measured: %+v", r)
	}
}

func TestWrite(t *testing.T) {
	r := compared(t, manyRounds(20, 110, 180, math.NaN()), 240, 200, 1)
	r.Noise.Others = 9
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n a 1 360 165 ±33 % +118 % +118 % to +118 % OFF\n",
		"\n c 1 - - not measured: only 0 of 20 samples were undisturbed\n",
		"\nMedians of 20 rounds of all patterns",
		"\n0 of 1 pairs of patterns with an order in 90 % of the rounds are predicted in that order.\n REVERSED: a with 1 thread, measured below b with 1 thread\n",
		"by 118 % at worst.\nThe host was not idle: others disturbed 0 of 20 rounds\nThe host was not idle: 9.0 threads",
	} {
		if got := regexp.MustCompile(` +`).ReplaceAllString(b.String(), " "); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// TestDraws: a round of any length that is a multiple of ten has its exact share of hits.
func TestDraws(t *testing.T) {
	s := newState(3)
	for round := range 3 * draws / 40 {
		hits, nine := 0, 0
		for range 40 {
			luck := s.luck[s.drawn]
			if _, hit := s.draw(0.5); hit {
				hits++
			}
			if luck < 0.9 {
				nine++
			}
		}
		if hits != 20 || nine != 36 {
			t.Fatalf("round %d: %d and %d hits of 40, want 20 and 36", round, hits, nine)
		}
	}
}
