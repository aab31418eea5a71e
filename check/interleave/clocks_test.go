package interleave

import (
	"testing"

	"lwbench/allocators/all"
	"lwbench/check/schedule"
	"lwbench/internal/testsize"
	"lwbench/mmu/smp"
)

// TestOrdersStretchClocks: the highest clock at the end of a run, in any of the orders tried, is below half of smp.FarBelow times
// the highest clock in any other. smp.CPU.Before relies on FarBelow between equivalent orders alone, which are some of these: in
// others the CPUs also do other things.
func TestOrdersStretchClocks(t *testing.T) {
	t.Parallel()
	most, worst, where := testsize.Choose(20, 60, 150), 0.0, ""
	for _, d := range all.Designs() {
		for _, l := range ladders {
			for _, s := range l.shapes {
				p, set := plan(t, "lwbench-ops 1\n"+s.text), setting(t, d.Name, smallTuning(d))
				set.Granularity, set.Visible = smp.MachineCalls, true
				low, high := clocks(t, p, set, most)
				if ratio := float64(high) / float64(low); ratio > worst { // dmap's is 0/0
					worst, where = ratio, d.Name+", "+s.name
				}
				if 2*high >= smp.FarBelow*low && high > 0 {
					t.Errorf("%s, %s: from %d to %d cycles", d.Name, s.name, low, high)
				}
			}
		}
	}
	t.Logf("another order takes up to %.1f times as long (%s)", worst, where)
}

// clocks returns the lowest and the highest moment at which a run ends, of that many schedules of each search.
func clocks(t *testing.T, p *Plan, set *Config, most int) (low, high smp.Cycles) {
	t.Helper()
	low = smp.Forever
	for _, s := range []schedule.Search{schedule.NewBounded(2), schedule.NewRandom(1, 3), schedule.NewPCT(1, 3)} {
		for n := 0; n < most && s.Begin(); n++ {
			_, o, err := outcome(p, set, s)
			if err != nil {
				t.Fatal(err)
			}
			end := smp.Cycles(0)
			for i := range p.CPUs {
				end = max(end, o.m.CPU(i).Now())
			}
			low, high = min(low, end), max(high, end)
		}
	}
	return low, high
}
