package live_test

import (
	"fmt"
	"slices"
)

// noisy is the spread of a cell's repetitions above which lwbench calls it noise.
const noisy = 0.1

// noise says under what load the live file was measured and how far its repetitions lie apart.
func noise(live *file) string {
	spreads, over := live.values["spread"], 0
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
