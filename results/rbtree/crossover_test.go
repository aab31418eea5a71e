package rbtree_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"lwbench/internal/splice"
)

// hitRates is the change in cycles/op against lwbuf by hit rate and number of CPUs. The hit rate of a row is the mean of
// what its cells measured; they differ by a point or two.
func hitRates(t *testing.T, cells []*cell) string {
	t.Helper()
	var b strings.Builder
	cpus, scopes := values(cells, "cpus"), values(cells, scopePart)
	head := []string{"hit rate"}
	for _, s := range scopes {
		head = append(head, prefix(s+", ", cpus)...)
	}
	splice.Row(&b, head...)
	splice.Rule(&b, 1, len(head))
	for _, pages := range values(cells, "synthetic.pages") {
		sum, n, fields := 0.0, 0.0, []string{""}
		for _, s := range scopes {
			for _, c := range cpus {
				p := pointOf(t, cells, s, c, pages)
				sum, n = sum+p.hit, n+1
				fields = append(fields, fmt.Sprintf("%+.0f", p.delta))
			}
		}
		fields[0] = fmt.Sprintf("%.0f %%", 100*sum/n)
		splice.Row(&b, fields...)
	}
	return b.String()
}

// point is lwbuf-rbtree beside lwbuf at one hit rate, in cycles an operation.
type point struct {
	hit, delta float64 // how much more an operation costs
	mapping    float64 // w + l: what lwbuf spends on its PTE and invlpg
	looking    float64 // q - o: what finding and keeping costs more than a magazine does
}

func pointOf(t *testing.T, cells []*cell, scope, cpus, pages string) point {
	t.Helper()
	plain := one(t, cells, "alloc", "lwbuf", "cpus", cpus, "synthetic.pages", pages)
	tree := one(t, cells, "alloc", "lwbuf-rbtree", scopePart, scope, "cpus", cpus, "synthetic.pages", pages)
	p := point{hit: tree.unit["reuse"], delta: tree.unit["cycles/op"] - plain.unit["cycles/op"]}
	for _, u := range []string{"pte-cycles/op", "invlpg-cycles/op"} {
		p.mapping += plain.unit[u]
	}
	for _, u := range []string{"alloc-cycles/op", "lock-cycles/op", "lockwait-cycles/op", "line-cycles/op", "kva-cycles/op"} {
		p.looking += tree.unit[u] - plain.unit[u]
	}
	return p
}

// crossovers tells for each scope and number of CPUs from which hit rate on the tree is cheaper than lwbuf: as measured,
// between the two neighbouring hit rates of the sweep, and as the inequality h (w + l) > q - o of docs/DESIGNS.md, cost model
// says with the measured terms at that place.
func crossovers(t *testing.T, cells []*cell) string {
	t.Helper()
	var b strings.Builder
	splice.Row(&b, "scope, CPUs", "w + l", "q - o there", "pays from a hit rate of", "by the inequality")
	splice.Rule(&b, 1, 5)
	for _, scope := range values(cells, scopePart) {
		for _, cpus := range values(cells, "cpus") {
			var points []point
			for _, pages := range values(cells, "synthetic.pages") { // from the smallest set to the largest
				points = append(points, pointOf(t, cells, scope, cpus, pages))
			}
			x, ok := cross(points)
			measured, predicted := fmt.Sprintf("%.0f %%", 100*x.hit), fmt.Sprintf("%.0f %%", 100*x.looking/x.mapping)
			if !ok {
				measured = "never"
			}
			if x.looking > x.mapping {
				predicted = "never"
			}
			splice.Row(&b, scope+", "+cpus, fmt.Sprintf("%.0f", x.mapping), fmt.Sprintf("%.0f", x.looking), measured, predicted)
		}
	}
	return b.String()
}

// cross finds where delta changes its sign, going down from the highest hit rate, by a straight line between neighbours.
// Where the tree is dearer even there, it returns the highest hit rate's point and false.
func cross(points []point) (point, bool) {
	if points[0].delta >= 0 {
		return points[0], false
	}
	for i, q := range points[1:] {
		p := points[i]
		if q.delta < 0 {
			continue
		}
		part := p.delta / (p.delta - q.delta)
		mix := func(a, b float64) float64 { return a + part*(b-a) }
		return point{mix(p.hit, q.hit), 0, mix(p.mapping, q.mapping), mix(p.looking, q.looking)}, true
	}
	return points[len(points)-1], true
}

// TestCross: a line from -100 at all hits to +100 at none is crossed at a half; one that is dearer throughout never is.
func TestCross(t *testing.T) {
	x, ok := cross([]point{{1, -100, 200, 100}, {0, 100, 200, 300}})
	if !ok || math.Abs(x.hit-0.5) > 1e-9 || math.Abs(x.looking-200) > 1e-9 {
		t.Errorf("crossed at %v, %v", x, ok)
	}
	if x, ok := cross([]point{{1, 5, 200, 205}, {0, 100, 200, 300}}); ok || x.hit != 1 {
		t.Errorf("crossed at %v", x)
	}
}
