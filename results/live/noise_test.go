package live_test

import (
	"fmt"
	"slices"
)

// noisy is the spread of a cell's repetitions above which lwbench calls it noise.
const noisy = 0.1

// noise says under what load the live file was measured and how far its repetitions lie apart.
func noise(live *file) string {
	var spreads []float64
	over := 0
	for _, p := range live.places {
		for _, d := range live.designs {
			if list := live.times[p][d]; list != nil {
				spreads = append(spreads, spread(list))
			}
		}
	}
	for _, s := range spreads {
		if s > noisy {
			over++
		}
	}
	lost := 0.0
	for _, n := range live.values["descheduled"] {
		lost += n
	}
	return fmt.Sprintf("%d cells, load average %.1f to %.1f, pinned threads switched away from %.0f times; spread of the repetitions: "+
		"median %.1f %%, most %.0f %%, above %.0f %% in %d cells.\n", len(spreads), slices.Min(live.values["host-load"]),
		slices.Max(live.values["host-load"]), lost, 100*median(spreads), 100*slices.Max(spreads), 100*noisy, over)
}

// spread is the median distance from the median, over the median. Results that a resumed sweep adds do not carry it.
func spread(list []float64) float64 {
	m := median(list)
	var off []float64
	for _, v := range list {
		off = append(off, max(v-m, m-v)/m)
	}
	return median(off)
}
