package bench

import (
	"fmt"
	"slices"

	"lwbench/internal/texttab"
	"lwbench/mmu"
)

// AddedSockets lists the machines that had to grow for the CPUs of the cells, one line each.
func AddedSockets(cells []*Cell) (lines []string) {
	for _, c := range cells {
		t, added := mmu.Sockets(c.Machine, c.CPUs)
		if added == 0 {
			continue
		}
		line := fmt.Sprintf("%s has %s: %d run on %d sockets instead of %d",
			c.Machine.Name, texttab.Count(c.Machine.Topology.CPUs(), "CPU"), c.CPUs, t.Sockets, t.Sockets-added)
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}
