package newdesign_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"lwbench/internal/splice"
)

// kind is a part of what genbuf spends more than dmap.
type kind struct{ name, unit string }

var kinds = []kind{
	{"table and slots", "alloc-cycles/op"},
	{"TLB misses", "tlb-cycles/op"},
	{"PTEs", "pte-cycles/op"},
	{"full flushes", "invlpg-cycles/op"},
	{"kernel map", "kva-cycles/op"},
}

// more is by how many cycles an operation genbuf is above dmap in a unit.
func (c *cell) more(unit string) float64 { return c.unit[ours][unit] - c.unit[floor][unit] }

// sumOf is more for several kinds.
func (c *cell) sumOf(list []kind) (v float64) {
	for _, k := range list {
		v += c.more(k.unit)
	}
	return v
}

// only is the cost as a multiple of dmap's if genbuf spent no more than these kinds.
func only(list []kind) func(*cell) float64 {
	return func(c *cell) float64 { return 1 + c.sumOf(list)/c.cycles(floor) }
}

// without is the cost as a multiple of dmap's if genbuf spent nothing on these kinds.
func without(list []kind) func(*cell) float64 {
	return func(c *cell) float64 { return c.over(ours) - c.sumOf(list)/c.cycles(floor) }
}

// limits is what each kind is worth in the mean over dmap.
func limits(cells []*cell) string {
	var b strings.Builder
	splice.Row(&b, "what", "cycles more", "the mean with only this", "the mean without it")
	splice.Rule(&b, 1, 4)
	row := func(name string, list []kind) {
		sum := 0.0
		for _, c := range cells {
			sum += c.sumOf(list) / float64(len(cells))
		}
		splice.Row(&b, name, fmt.Sprintf("%.1f", sum), times(mean(cells, only(list))), times(mean(cells, without(list))))
	}
	for i, k := range kinds {
		row(k.name, kinds[i:i+1])
	}
	row(kinds[0].name+" and "+kinds[1].name, kinds[:2])
	return b.String()
}

// shares is what each cell adds to the logarithm of the mean over dmap, in thousandths.
func shares(cells []*cell) string {
	var b strings.Builder
	head := []string{"workload"}
	for _, m := range values(cells, machine) {
		for _, n := range values(cells, cpus) {
			head = append(head, m+" "+strconv.Itoa(n))
		}
	}
	splice.Row(&b, append(head, "sum", "share")...)
	splice.Rule(&b, 1, len(head)+2)
	of := func(cells []*cell) (v float64) {
		for _, c := range cells {
			v += 1000 * math.Log(c.over(ours))
		}
		return v
	}
	n, all := float64(len(cells)), of(cells)
	for _, w := range values(cells, workload) {
		here := where(cells, func(c *cell) bool { return c.workload == w })
		fields := []string{w}
		for _, m := range values(cells, machine) {
			for _, k := range values(cells, cpus) {
				fields = append(fields, fmt.Sprintf("%.2f", of(where(here, func(c *cell) bool { return c.machine == m && c.cpus == k }))/n))
			}
		}
		splice.Row(&b, append(fields, fmt.Sprintf("%.2f", of(here)/n), fmt.Sprintf("%.0f %%", 100*of(here)/all))...)
	}
	return b.String()
}

// distance is what genbuf spends more than dmap, by kind, in cycles of an operation: the mean of each workload's cells.
func distance(cells []*cell) string {
	var b strings.Builder
	head := []string{"workload", "cycles more"}
	for _, k := range kinds {
		head = append(head, k.name)
	}
	splice.Row(&b, append(head, "other")...)
	splice.Rule(&b, 1, len(head)+1)
	for _, w := range values(cells, workload) {
		here := where(cells, func(c *cell) bool { return c.workload == w })
		more := func(unit string) (v float64) {
			for _, c := range here {
				v += c.more(unit) / float64(len(here))
			}
			return v
		}
		rest := more("cycles/op")
		fields := []string{w, fmt.Sprintf("%.0f", rest)}
		for _, k := range kinds {
			v := more(k.unit)
			fields = append(fields, fmt.Sprintf("%.0f", v))
			rest -= v
		}
		splice.Row(&b, append(fields, strings.Replace(fmt.Sprintf("%.0f", rest), "-0", "0", 1))...)
	}
	return b.String()
}
