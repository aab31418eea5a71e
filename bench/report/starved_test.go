package report

import (
	"fmt"
	"testing"
)

// TestStarved: a design does not keep up if its throughput is low because its CPUs wait. One whose operations merely cost more
// has a low throughput too; vmap at stray on 2 CPUs was marked because its CPUs idled for 0.2 % of the time and those of the fastest for
// 0.1 %.
func TestStarved(t *testing.T) {
	for _, k := range []struct {
		name          string
		cost, elapsed float64
		idle          float64
		starved       bool
	}{
		{"dearer, and as idle", 1361, 1363, .002, false},
		{"dearer by far", 13_610, 13_630, .002, false},
		{"waits a little", 1361, 1450, .06, false},
		{"waits and is cheap", 1000, 1500, .33, true},
		{"waits and is dear", 3436, 3864, .111, true},
		{"waits, and keeps up", 900, 1200, .25, false},
	} {
		one := func(design string, cost, elapsed, idle float64) string {
			return cell("Stray", design, 2, fmt.Sprintf("%g cycles/op %g elapsed-cycles/op %g idle", cost, elapsed, idle))
		}
		text := file("lwbench sweep", virtual, one("lwbuf-rbtree", 1138, 1139, .001), one("vmap", k.cost, k.elapsed, k.idle), one("sfbuf", 1250, 1250, 0))
		r := results(t, text)
		for p, s := range r.panels[0].contests[2].states {
			if p.curve.design == "vmap" && (s == starved) != k.starved {
				t.Errorf("%s: %s", k.name, marks[s].meaning)
			}
			if p.curve.design != "vmap" && s == starved {
				t.Errorf("%s: %s is starved", k.name, p.curve.design)
			}
		}
	}
}
