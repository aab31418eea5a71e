package calibrate

import (
	"slices"

	"lwbench/bench/calibrate/lab"
)

// withFigures adds the noise that the figures themselves show.
func withFigures(n lab.Noise, figures []Figure) lab.Noise {
	var spreads []float64
	kept, dropped := 0, 0
	for _, f := range figures {
		if f.Err == nil && !f.counted() {
			spreads = append(spreads, f.Spread)
		}
		kept += f.N
		dropped += f.Dropped
	}
	if len(spreads) > 0 {
		slices.Sort(spreads)
		n.Spread = spreads[len(spreads)/2]
	}
	if kept+dropped > 0 {
		n.Dropped = float64(dropped) / float64(kept+dropped)
	}
	return n
}
