package main

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// times are the nanoseconds of a pair in the rounds of one path on one number of threads. The elements of a round follow one another.
type times struct {
	path          string
	threads       int
	c, plain, pgo []float64
}

// targets are the largest ratios with PGO that docs/LIVE.md asks for, by path and threads.
var targets = map[string]float64{"sfbuf 1": 1.8, "sfbuf 2": 1.3, "magazine 1": 1.4}

// quantile returns the element at the fraction q of a list in ascending order.
func quantile(list []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[int(math.Round(q*float64(len(sorted)-1)))]
}

// ratios divides the times of each round.
func ratios(of, by []float64) (list []float64) {
	for i := range of {
		list = append(list, of[i]/by[i])
	}
	return list
}

// spread is a median and its quartiles.
func spread(list []float64) string {
	return fmt.Sprintf("%.2f (%.2f to %.2f)", quantile(list, .5), quantile(list, .25), quantile(list, .75))
}

// writeTable writes the ratios in Markdown. Nanoseconds are those of the least disturbed quarter of the rounds, the lower quartile.
func writeTable(w io.Writer, rows []*times) {
	fmt.Fprintln(w, "| pair | threads | C, ns | Go, ns | with PGO, ns | Go/C, median and quartiles | with PGO | target |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|")
	for _, t := range rows {
		inGo, tuned, verdict := ratios(t.plain, t.c), ratios(t.pgo, t.c), ""
		if most, ok := targets[fmt.Sprint(t.path, " ", t.threads)]; ok {
			verdict = fmt.Sprintf("≤ %.1f: missed", most)
			if quantile(tuned, .5) <= most {
				verdict = fmt.Sprintf("≤ %.1f: met", most)
			}
		}
		fmt.Fprintf(w, "| %s | %d | %.1f | %.1f | %.1f | %s | %s | %s |\n", t.path, t.threads,
			quantile(t.c, .25), quantile(t.plain, .25), quantile(t.pgo, .25), spread(inGo), spread(tuned), verdict)
	}
}
