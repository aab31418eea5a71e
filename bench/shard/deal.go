package shard

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"

	"lwbench/bench"
	"lwbench/bench/record"
)

// Deal returns the items of one shard, in order. costs are those of all items. Each item, the most expensive first, goes to
// the shard with the least cost so far: the same costs give the same shards.
func Deal(costs []float64, n Number) (mine []int) {
	order := make([]int, len(costs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(costs[b], costs[a]) })
	loads := make(loads, n.Of)
	for i := range loads {
		loads[i].shard = i + 1
	}
	for _, i := range order {
		least := &loads[0]
		if least.shard == n.Shard {
			mine = append(mine, i)
		}
		least.cost += costs[i]
		least.items++
		heap.Fix(&loads, 0)
	}
	slices.Sort(mine)
	return mine
}

// load is the cost and the number of the items dealt to a shard so far.
type load struct {
	cost         float64
	items, shard int
}

// loads is a heap, the shard with the least load first.
type loads []load

func (l loads) Len() int      { return len(l) }
func (l loads) Swap(i, j int) { l[i], l[j] = l[j], l[i] }
func (l loads) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(l[i].cost, l[j].cost), l[i].items-l[j].items, l[i].shard-l[j].shard) < 0
}
func (l *loads) Push(any) {} // never called: the number of shards does not change
func (l *loads) Pop() any { return nil }

// Cells returns the cells of one shard, in the order of the list. Cells whose results decide together which of them run
// again stay together: the same machine, workload, parameters and CPUs.
func Cells(cells []*bench.Cell, n Number) (mine []*bench.Cell) {
	type column struct {
		machine, workload, params string
		cpus, alone               int
	}
	var units [][]*bench.Cell
	var costs []float64
	at := make(map[column]int)
	place := make(map[*bench.Cell]int, len(cells))
	for i, c := range cells {
		place[c] = i
		k := column{c.Machine.Name, c.Workload.Name, text(c.Param), c.CPUs, 0}
		if c.Until == nil || c.Reps > 1 || c.ReadsInput() {
			k.alone = i + 1 // it never runs again
		}
		u, ok := at[k]
		if !ok {
			u = len(units)
			at[k] = u
			units, costs = append(units, nil), append(costs, 0)
		}
		units[u] = append(units[u], c)
		costs[u] += Predict(c)
	}
	for _, u := range Deal(costs, n) {
		mine = append(mine, units[u]...)
	}
	slices.SortFunc(mine, func(a, b *bench.Cell) int { return place[a] - place[b] })
	return mine
}

func text(list []record.Setting) string { return fmt.Sprintf("%q", list) }
