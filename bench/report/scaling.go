package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// scaling is a curve's throughput and its fit.
type scaling struct {
	curve *curve
	cpus  []int
	cost  []float64
	fit   usl
	ok    bool
}

// scalings returns the CPU time that each curve takes for an operation, including idle time if it was measured:
// throughput is the number of CPUs over it. Cells that shared host cores are left out. The fit needs enough points.
func (p *Panel) scalings(curves []*curve) (list []scaling) {
	for _, c := range curves {
		s := scaling{curve: c}
		for _, pt := range c.points {
			v, ok := pt.median(record.Elapsed)
			if !ok {
				v, ok = pt.median(p.Unit)
			}
			if ok && v > 0 && !pt.over {
				s.cpus = append(s.cpus, pt.cpus)
				s.cost = append(s.cost, v)
			}
		}
		s.fit, s.ok = fitUSL(s.cpus, s.cost)
		list = append(list, s)
	}
	return list
}

// scalingFigure shows throughput against CPUs: marks are measured, lines are the fitted law. Its table has the
// coefficients.
func (r *Results) scalingFigure(p *Panel) *Figure {
	if len(p.cpus()) < 2 {
		return nil
	}
	curves, note := p.drawn()
	per, name := 1e6, "operations per million cycles"
	if p.Unit == "sec/op" {
		per, name = 1, "operations per second"
	}
	f := &xy{xName: "CPUs", yName: name, yUnit: ""}
	best, fits := 0.0, ""
	for _, s := range p.scalings(curves) {
		one := series{label: s.curve.label, look: lookOf(s.curve)}
		for i, n := range s.cpus {
			x := per * float64(n) / s.cost[i]
			if i == 0 {
				best = max(best, x/float64(n))
			}
			one.pts = append(one.pts, xyPoint{
				x: float64(n), y: x, wrong: s.curve.at(n).wrong(),
				text: fmt.Sprintf("%s, %s: %s %s", s.curve.label, cpus(n), plain(x), name),
			})
		}
		if s.ok {
			one.fit = fitLine(&s, per)
			fits = "Marks are measured; lines are the Universal Scalability Law, fitted."
		}
		if len(one.pts) > 0 {
			f.series = append(f.series, one)
		}
	}
	if len(f.series) == 0 {
		return nil
	}
	xs, _, _ := f.extent()
	lo, hi := xs[0], xs[len(xs)-1]
	f.guides = []guide{{"ideal", []xyPoint{{x: lo, y: best * lo}, {x: hi, y: best * hi}}}}
	return &Figure{
		Name: "scaling", Title: "throughput against CPUs",
		Note:  strings.TrimSpace(fits + note),
		Table: p.uslTable(), w: figureWidth, h: figureHeight, draw: f.draw,
	}
}

// fitLine returns the fitted law as a line from the first to the last point.
func fitLine(s *scaling, per float64) (line []xyPoint) {
	const steps = 32
	a, b := float64(s.cpus[0]), float64(s.cpus[len(s.cpus)-1])
	for i := range steps + 1 {
		n := a * math.Pow(b/a, float64(i)/steps)
		line = append(line, xyPoint{x: n, y: per * n / s.fit.cost(n)})
	}
	return line
}

// uslTable has the coefficients of each curve.
func (p *Panel) uslTable() Table {
	t := Table{Head: []string{"USL fit", "contention σ", "coherency κ", "peak at", "largest deviation", ""}}
	for _, s := range p.scalings(p.curves) {
		row := []string{s.curve.label, "–", "–", "–", "–", fmt.Sprintf("%d points, a fit needs %d", len(s.cpus), uslPoints)}
		if s.ok {
			row = []string{s.curve.label, plain(s.fit.Sigma), plain(s.fit.Kappa), s.peakText(), percent(s.fit.Worst), "good"}
			if s.fit.poor() {
				row[5] = "poor: the law does not describe this curve"
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// peakText says where the fitted throughput is greatest, if that is within twice the CPUs measured.
func (s *scaling) peakText() string {
	x := s.fit.peak()
	switch most := float64(slices.Max(s.cpus)); {
	case math.IsInf(x, 1):
		return "never falls"
	case x > 2*most:
		return fmt.Sprintf("beyond %s CPUs", texttab.Thousands(2*most))
	case x < 1:
		return "1 CPU"
	}
	return cpus(int(math.Round(x)))
}
