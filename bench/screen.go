package bench

import "fmt"

// crowd is the number of cells of a column from which on most of them cannot win.
const crowd = 8

// Screened returns the cells of a grid with rough runs for those of crowded columns: of many designs with one workload on one number of
// CPUs, most are several times as expensive as the cheapest, and to know that, 10 % is precise enough. Those that come close to
// the cheapest run again (report.Refine). Cells with a given number of operations, repetitions, real input and on real threads stay.
func Screened(cells []*Cell) []*Cell {
	column := func(c *Cell) string {
		return fmt.Sprintf("%s %s %q %d", c.Machine.Name, c.Workload.Name, c.Param, c.CPUs)
	}
	size := make(map[string]int)
	for _, c := range cells {
		size[column(c)]++
	}
	list := make([]*Cell, len(cells))
	for i, c := range cells {
		list[i] = c
		if size[column(c)] >= crowd && c.Until != nil && c.Reps <= 1 && !c.ReadsInput() {
			list[i] = c.Rough()
		}
	}
	return list
}
