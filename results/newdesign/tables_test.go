package newdesign_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lwbench/internal/splice"
)

const heldOut = "../recorded/newdesign.txt"

// TestTables: every table and figure of the README follows from the recorded files.
func TestTables(t *testing.T) {
	out, tuned := read(t, heldOut), read(t, "tuned.txt")
	other := slices.Concat(read(t, "machines.txt"), read(t, "opteron.txt"), read(t, "p4xeon.txt"), read(t, "flush.txt"), read(t, "cpus64.txt"))
	steady := read(t, "steady.txt")
	haswell := where(out, func(c *cell) bool { return c.machine == tuned[0].machine })
	all := mean(out, overOf(ours))
	found := out[0].unit[ours]["alloc-cycles/op"] - out[0].unit[floor]["alloc-cycles/op"] // xio on 1 CPU: every page is found
	splice.Check(t, "./results/newdesign", "README.md", []splice.Table{
		{Name: "losses", Text: losses(t)},
		{Name: "start", Text: byCell(read(t, "start.txt"), "lwbuf", "vmap", ours, "lwbuf-rbtree")},
		{Name: "many CPUs", Text: byCell(slices.Concat(read(t, "cpus128.txt"), read(t, "cpus256.txt")), ours, "lwbuf-rbtree", "vmap", "lwbuf")},
		{Name: "kva", Text: byCell(read(t, "kva.txt"), ours, "lwbuf-rbtree", "vmap", "lwbuf")},
		{Name: "machines and CPUs", Text: byMachine(out)},
		{Name: "workloads", Text: byWorkload(out)},
		{Name: "distance", Text: distance(out)},
		{Name: "shares", Text: shares(out)},
		{Name: "limits", Text: limits(out)},
		{Name: "steady", Text: byCell(steady, ours, "lwbuf-rbtree", "vmap")},
		{Name: "phases", Text: byCell(read(t, "phases.txt"), ours, counter, "lwbuf-rbtree", "vmap", "lwbuf")},
		{Name: "other machines", Text: byMachine(other)},
		{Name: "hostile", Text: byCell(read(t, "hostile.txt"), ours, counter, "lwbuf", "lwbuf-2010-percpu", "lwbuf-rbtree", "vmap", "vmap-nodes")},
		{Name: "exposure", Text: exposure(t)},
	}, []splice.Figure{
		{Sentence: "genbuf costs {} times dmap", Value: times(all)},
		{Sentence: "the best other design of each cell {} times", Value: times(mean(out, overBest))},
		{Sentence: "misses it by {}", Value: times(all - target)},
		{Sentence: "it was tuned on cost {} times dmap", Value: times(mean(tuned, overOf(ours)))},
		{Sentence: "and the held-out ones {} times", Value: times(mean(haswell, overOf(ours)))},
		{Sentence: "30,000 operations of each of 8 CPUs before, it is {} times", Value: times(mean(steady, overOf(ours)))},
		{Sentence: "and with 2,000 {}", Value: times(mean(where(haswell, func(c *cell) bool { return c.cpus == 8 }), overOf(ours)))},
		{Sentence: "genbuf loses to none, and costs at most {} times", Value: times(most(read(t, "phases.txt"), overOf(ours)))},
		{Sentence: "look pages up as it does and nothing else costs {}", Value: times(mean(out, only(kinds[:1])))},
		{Sentence: "whose 4 KB mappings miss the TLB as its do {}", Value: times(mean(out, only(kinds[:2])))},
		{Sentence: "where an operation with dmap takes {} cycles", Value: fmt.Sprintf("%.0f", out[0].cycles(floor))},
		{Sentence: "references take {} cycles where every page is found", Value: fmt.Sprintf("%.0f", found)},
		{Sentence: "that is {} % already", Value: fmt.Sprintf("%.0f", 100*found/out[0].cycles(floor))},
		{Sentence: "costs are up to {} %", Value: fmt.Sprintf("%.1f", 100*most(out, func(c *cell) float64 { return c.unit[ours]["half-width"] }))},
		{
			Sentence: "never costs more than {} times as much as genbuf",
			Value:    times(most(slices.Concat(out, other), func(c *cell) float64 { return c.cycles(counter) / c.cycles(ours) })),
		},
	})
}

func overOf(design string) func(*cell) float64 {
	return func(c *cell) float64 { return c.over(design) }
}

func overBest(c *cell) float64 { return c.over(c.best()) }

// most is the largest ratio of the cells.
func most(cells []*cell, ratio func(*cell) float64) (v float64) {
	for _, c := range cells {
		v = max(v, ratio(c))
	}
	return v
}

// byMachine is the geometric mean over dmap of each design, by machine and CPUs.
func byMachine(cells []*cell) string {
	designs := []string{ours, counter, "lwbuf-rbtree", "vmap", "lwbuf"}
	var b strings.Builder
	head := append([]string{"machine", "CPUs"}, designs...)
	head = append(head, "best other of each cell")
	splice.Row(&b, head...)
	splice.Rule(&b, 1, len(head))
	row := func(name, n string, cells []*cell) {
		fields := []string{name, n}
		for _, d := range designs {
			fields = append(fields, times(mean(cells, overOf(d))))
		}
		splice.Row(&b, append(fields, times(mean(cells, overBest)))...)
	}
	for _, m := range values(cells, machine) {
		for _, n := range values(cells, cpus) {
			if here := where(cells, func(c *cell) bool { return c.machine == m && c.cpus == n }); len(here) > 0 {
				row(m, strconv.Itoa(n), here)
			}
		}
	}
	row("all", "", cells)
	return b.String()
}

// byWorkload is genbuf over dmap beside the best other design, by workload, and its worst cell.
func byWorkload(cells []*cell) string {
	var b strings.Builder
	head := []string{"workload", ours, "best other", "which", "genbuf against it", "worst cell"}
	splice.Row(&b, head...)
	splice.Rule(&b, 1, len(head))
	for _, w := range values(cells, workload) {
		here := where(cells, func(c *cell) bool { return c.workload == w })
		splice.Row(&b, w+here[0].params, times(mean(here, overOf(ours))), times(mean(here, overBest)),
			strings.Join(values(here, (*cell).best), ", "), times(mean(here, (*cell).against)), times(most(here, (*cell).against)))
	}
	return b.String()
}

// byCell is the cost over dmap of some designs in each cell.
func byCell(cells []*cell, designs ...string) string {
	var b strings.Builder
	head := append([]string{"machine", "workload", "CPUs"}, designs...)
	splice.Row(&b, head...)
	splice.Rule(&b, 2, len(head))
	for _, c := range cells {
		fields := []string{c.machine, c.workload + c.params, strconv.Itoa(c.cpus)}
		for _, d := range designs {
			fields = append(fields, times(c.over(d)))
		}
		splice.Row(&b, fields...)
	}
	return b.String()
}
