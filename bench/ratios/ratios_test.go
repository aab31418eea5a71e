package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestTable: nanoseconds are lower quartiles, ratios are taken within a round, and the target is one of the median with PGO.
func TestTable(t *testing.T) {
	var out strings.Builder
	writeTable(&out, []*times{
		{"sfbuf", 2, []float64{10, 20, 10, 40, 10}, []float64{20, 30, 15, 20, 30}, []float64{13, 24, 16, 4, 13}},
		{"magazine", 1, []float64{10}, []float64{20}, []float64{15}},
		{"lwbuf", 1, []float64{10, 10}, []float64{20, 40}, []float64{15, 30}}, // between two elements the upper one
	})
	const want = `| sfbuf | 2 | 10.0 | 20.0 | 13.0 | 1.50 (1.50 to 2.00) | 1.30 (1.20 to 1.30) | ≤ 1.3: met |
| magazine | 1 | 10.0 | 20.0 | 15.0 | 2.00 (2.00 to 2.00) | 1.50 (1.50 to 1.50) | ≤ 1.4: missed |
| lwbuf | 1 | 10.0 | 20.0 | 15.0 | 4.00 (2.00 to 4.00) | 3.00 (1.50 to 3.00) |  |
`
	if got := out.String(); !strings.HasSuffix(got, want) || strings.Count(got, "\n") != 5 {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestPairTime: every path runs, and one that does not exist is an error.
func TestPairTime(t *testing.T) {
	for _, path := range paths {
		if ns, err := pairTime(path, 2, 100); err != nil || ns <= 0 {
			t.Errorf("%s: %v ns, %v", path, ns, err)
		}
	}
	if _, err := pairTime("vax", 1, 1); err == nil {
		t.Error("no error for a path that does not exist")
	}
}

// BenchmarkLivePair is the time of one pair of each path.
func BenchmarkLivePair(b *testing.B) {
	for _, path := range paths {
		for cpus := 1; cpus <= 2; cpus++ {
			b.Run(fmt.Sprintf("path=%s/cpus=%d", path, cpus), func(b *testing.B) {
				ns, err := pairTime(path, cpus, b.N)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(ns, "ns/op")
			})
		}
	}
}
