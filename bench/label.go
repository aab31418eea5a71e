package bench

import (
	"fmt"
	"slices"
	"strings"
)

// byWorkload parts results that differ in machine or workload, in the order in which they come.
func byWorkload(results []*Result) (groups [][]*Result) {
	var seen []string
	for _, r := range results {
		key := r.Cell.Workload.Name + " " + r.Cell.Machine.Name
		i := slices.Index(seen, key)
		if i < 0 {
			i = len(seen)
			seen, groups = append(seen, key), append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

// titleOf names the workload, the machine and the parameters; but is a parameter to leave out.
func titleOf(c *Cell, but string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s", c.Workload.Name, c.Machine.Name)
	for _, s := range c.Param {
		if s.Name != but {
			fmt.Fprintf(&b, ", %s=%s", s.Name, s.Value)
		}
	}
	return b.String()
}

// labelOf names the design and its tunables; but is a tunable to leave out.
func labelOf(c *Cell, but string) string {
	label := c.Design.Name
	for _, s := range c.Set {
		if s.Name != but {
			label += fmt.Sprintf(" %s=%s", bare(s.Name), s.Value)
		}
	}
	return label
}

// bare is a tunable's name without its design.
func bare(name string) string { return name[strings.IndexByte(name, '.')+1:] }

// count says how many there are of what: "1 CPU", "2 CPUs".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
