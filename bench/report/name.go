package report

import (
	"fmt"
	"strconv"
	"strings"

	"lwbench/bench"
)

// maxCPUs bounds what a result may claim, so that no axis grows beyond sense.
const maxCPUs = 1 << 20

// cellName is the name of a cell, taken apart.
type cellName struct {
	workload string
	params   []bench.Setting // those that begin with the workload's name
	design   string
	set      []bench.Setting // the others: tunables
	cpus     int
}

// parseName reads Xio/alloc=sfbuf/sfbuf.nsfbufs=64/xio.pages=8/cpus=4, the form that bench.Cell.Name writes.
func parseName(name string) (cellName, error) {
	parts := strings.Split(name, "/")
	if parts[0] == "" {
		return cellName{}, fmt.Errorf("the benchmark has no name")
	}
	c := cellName{workload: strings.ToLower(parts[0][:1]) + parts[0][1:]}
	for _, p := range parts[1:] {
		key, value, ok := strings.Cut(p, "=")
		switch {
		case !ok || key == "" || value == "":
			return c, fmt.Errorf("%q in the name of a result: expected /key=value", p)
		case key == "alloc":
			c.design = value
		case key == "cpus":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > maxCPUs {
				return c, fmt.Errorf("cpus=%q in the name of a result: expected 1 to %d", value, maxCPUs)
			}
			c.cpus = n
		case strings.HasPrefix(key, c.workload+"."):
			c.params = append(c.params, bench.Setting{Name: key, Value: value})
		default:
			c.set = append(c.set, bench.Setting{Name: key, Value: value})
		}
	}
	if c.design == "" || c.cpus == 0 {
		return c, fmt.Errorf("%q: a result of lwbench has /alloc= and /cpus= in its name", name)
	}
	return c, nil
}

// label names the curve that the cell belongs to.
func (c *cellName) label() string {
	s := c.design
	for _, k := range c.set {
		s += " " + k.Name[strings.LastIndexByte(k.Name, '.')+1:] + "=" + k.Value
	}
	return s
}

// title names the workload with its parameters.
func (c *cellName) title() string {
	s := c.workload
	for _, p := range c.params {
		s += " " + strings.TrimPrefix(p.Name, c.workload+".") + "=" + p.Value
	}
	return s
}
