package here

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lwbench/bench/calibrate/lab"
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
		if err := prepare(r, s); err != nil {
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
	c := Costs{MapFree: 2000, MapOver: 4000, Fault: 1500, Touch: 40, Unmap1: 5000, Unmap: 150}
	const free = 500 // a lock and a page walk, which the model also charges
	for _, p := range Patterns() {
		want := map[string]float64{
			"map-use-unmap":     c.MapFree + c.Fault + c.Unmap1,
			"batch of 8":        c.MapFree + c.Fault + (c.Unmap1+7*c.Unmap)/8,
			"lazy purge of 64":  c.MapFree + c.Fault + (c.Unmap1+63*c.Unmap)/64,
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
		} else if two < 1.2*got {
			t.Errorf("%s: %.0f ns on two CPUs under one lock, %.0f on one", p.Name, two, got)
		}
	}
}

func result() *Result {
	row := func(pattern string, threads int, predicted, measured, spread float64) Row {
		return Row{Pattern: pattern, Threads: threads, Predicted: predicted, Measured: lab.Estimate{Median: measured, Spread: spread, N: 100}}
	}
	return &Result{Machine: "mine", Rows: []Row{
		row("a", 1, 100, 110, 0.01),
		row("b", 1, 200, 180, 0.01),
		row("c", 1, 190, 185, 0.1), // not distinguishable from b
		{Pattern: "d", Threads: 2, Predicted: 1, Err: errors.New("no luck")},
	}}
}

func TestOrder(t *testing.T) {
	r := result()
	if pairs, reversed := r.Order(); pairs != 2 || len(reversed) != 0 {
		t.Errorf("%d pairs, %v", pairs, reversed)
	}
	if mean, worst := r.Error(); mean < 1.07 || mean > 1.08 || worst != 200.0/180 || r.Failed() {
		t.Errorf("off by %v, %v at worst", mean, worst)
	}
	r.Rows[0].Predicted = 240
	pairs, reversed := r.Order()
	if pairs != 2 || len(reversed) != 2 || reversed[0][0].Pattern != "a" || !r.Failed() {
		t.Errorf("%d pairs, %v", pairs, reversed)
	}
	disturbed := *r
	disturbed.Rows = slices.Clone(r.Rows)
	disturbed.Rows[0].Load.Others = 0.5 // the row that is off says nothing of the model
	if pairs, reversed := disturbed.Order(); pairs != 0 || len(reversed) != 0 || disturbed.Failed() || len(disturbed.Complaints()) != 0 {
		t.Errorf("a disturbed row counts: %d pairs, %v", pairs, reversed)
	}
	if disturbed.Noisy = true; !disturbed.Failed() {
		t.Error("with noise allowed it does not")
	}
	disturbed.Noisy = false
	disturbed.Rows[1].Load.Steal, disturbed.Rows[2].Load.Others, disturbed.CostsLoad.Others = 0.05, 1, 2
	if list := disturbed.Complaints(); len(list) != 2 {
		t.Errorf("most rows and the costs are disturbed: %q", list)
	}
	if mean, worst := disturbed.Error(); mean != 0 || worst != 0 || disturbed.Failed() {
		t.Errorf("nothing counts, and is off by %v, %v", mean, worst)
	}
	r.Rows = append(r.Rows, Row{Pattern: "e", Threads: 2, Predicted: 5, Measured: lab.Estimate{Median: 1, N: 100}, Load: lab.Load{Others: 0.7}})
	r.Noise.Others = 9
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n a 1 240 110 ±1 % +118 % OFF\n",
		"\n d 2 1.0 - not measured: no luck\n",
		"\n0 of 2 pairs that are measured apart are predicted in that order.\n REVERSED: a with 1 thread, measured below b with 1 thread\n",
		"\n e 2 5.0 1.0 ±0 % +400 % DISTURBED: 0.7 threads of other processes, 0 % of the CPUs' time stolen\n",
		"\n1 of 5 patterns were disturbed in each of 5 attempts, and do not count.\n",
		"by 118 % at worst.\nThe host was not idle: 9.0 threads",
	} {
		if got := regexp.MustCompile(` +`).ReplaceAllString(b.String(), " "); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
