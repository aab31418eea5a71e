package rbtree_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
)

// cell is one recorded cell: the parts of its name, and its figures by unit.
type cell struct {
	workload string
	part     map[string]string
	unit     map[string]float64
}

// read returns the cells of a recorded file, in its order.
func read(t *testing.T, name string) (cells []*cell) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := benchfmt.NewReader(f, name)
	for r.Scan() {
		res, ok := r.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		c := &cell{part: map[string]string{}, unit: map[string]float64{}}
		for i, p := range strings.Split(string(res.Name), "/") {
			if k, v, found := strings.Cut(p, "="); found {
				c.part[k] = v
			} else if i == 0 {
				c.workload = strings.ToLower(p)
			}
		}
		for _, v := range res.Values {
			c.unit[v.Unit] = v.Value
		}
		cells = append(cells, c)
	}
	if err := r.Err(); err != nil || len(cells) == 0 {
		t.Fatalf("%s: %d cells: %v", name, len(cells), err)
	}
	return cells
}

// where returns the cells that have all of these parts: where(cells, "alloc", "lwbuf", "cpus", "16").
func where(cells []*cell, parts ...string) []*cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c *cell) bool {
		for i := 0; i < len(parts); i += 2 {
			if c.part[parts[i]] != parts[i+1] {
				return true
			}
		}
		return false
	})
}

// one is where for exactly one cell.
func one(t *testing.T, cells []*cell, parts ...string) *cell {
	t.Helper()
	found := where(cells, parts...)
	if len(found) != 1 {
		t.Fatalf("%v: %d cells", parts, len(found))
	}
	return found[0]
}

// of returns the cells of one workload.
func of(cells []*cell, workload string) []*cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c *cell) bool { return c.workload != workload })
}

// values returns the values that a part takes, in the order of the file.
func values(cells []*cell, part string) (list []string) {
	for _, c := range cells {
		if v, ok := c.part[part]; ok && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// workloads returns the workloads of a file, in its order.
func workloads(cells []*cell) (list []string) {
	for _, c := range cells {
		if !slices.Contains(list, c.workload) {
			list = append(list, c.workload)
		}
	}
	return list
}
