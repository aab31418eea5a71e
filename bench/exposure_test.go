package bench_test

import (
	"slices"
	"testing"

	"lwbench/bench"
	"lwbench/bench/exposure"
	"lwbench/bench/record"
	"lwbench/mmu"
)

// TestExposureUnits: a cell that measures exposure has the figures of a meter beside it, in four more units, and no other figure
// changes. Another probe still sees every event. The direct map has no exposure.
func TestExposureUnits(t *testing.T) {
	const text = "alloc: [dmap, lwbuf, genbuf]\nworkload: [sendfile]\ncpus: [2]\nops: 60\nwarmup: 20"
	_, plain := runAll(t, grid(t, text).Cells(), 1)
	for i, c := range grid(t, text+"\nexposure: true").Cells() {
		var events counter
		r, err := c.Run(t.Context(), &events, nil)
		if err != nil {
			t.Fatal(err)
		}
		var m exposure.Meter
		if _, err := plain[i].Cell.Run(t.Context(), &m, nil); err != nil {
			t.Fatal(err)
		}
		want := m.Figures()
		if x := r.Out.Exposure; (x == nil) != c.Design.Floor || x != nil && *x != want || want.Frees < 100 || events == 0 || plain[i].Out.Exposure != nil {
			t.Errorf("%s: exposure %+v, want %+v; %d events", c.Design.Name, x, want, events)
		}
		values, before := r.Record().Values, plain[i].Record().Values
		if !slices.Equal(values[:len(before)], before) {
			t.Errorf("%s: measuring changes %v to %v", c.Design.Name, before, values)
		}
		var more []record.Value
		if !c.Design.Floor {
			more = []record.Value{
				{Unit: "exposure-p50", Value: float64(want.Median)},
				{Unit: "exposure-p99", Value: float64(want.P99)},
				{Unit: "exposure-max", Value: float64(want.Max)},
				{Unit: "exposed-pages", Value: float64(want.Most)},
			}
		}
		if got := values[len(before):]; !slices.Equal(got, more) {
			t.Errorf("%s: %v, want %v", c.Design.Name, got, more)
		}
		kept, err := r.Keep().Result(c)
		if err != nil || !slices.Equal(kept.Record().Values, values) {
			t.Errorf("%s: a kept result differs: %v, %v", c.Design.Name, kept, err)
		}
	}
}

// counter counts events.
type counter int

func (n *counter) Event(*mmu.Event) { *n++ }

// BenchmarkExposure is the host's cost of measuring exposure: compare off with on.
func BenchmarkExposure(b *testing.B) {
	for _, k := range []struct {
		name   string
		engine *bench.Engine
	}{{"off", bench.Virtual()}, {"on", bench.Virtual().WithExposure()}} {
		b.Run(k.name, func(b *testing.B) {
			c := grid(b, "alloc: [genbuf]\nworkload: [sendfile]\ncpus: [8]\nops: 500\nwarmup: 500").Cells()[0]
			c.Engine = k.engine
			for b.Loop() {
				if _, err := c.Run(b.Context(), nil, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
