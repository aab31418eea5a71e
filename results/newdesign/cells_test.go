package newdesign_test

import (
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"lwbench/bench/record"
)

// ours are the designs of this lab, and floor is the one that maps nothing; the others are those to beat.
const (
	ours    = "genbuf"
	counter = "genbuf-counter"
	floor   = "dmap"
)

// cell is one workload on one machine with one number of CPUs, run with each design.
type cell struct {
	machine  string // with what differs from its file, and the KVA window
	workload string
	params   string
	cpus     int
	unit     map[string]map[string]float64 // by design and unit
}

// read returns the cells of a recorded file, in its order. Every cell must have dmap and genbuf.
func read(t *testing.T, name string) (cells []*cell) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	file, err := record.Read(name, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range file.Results {
		k := cell{machine: r.Get("machine"), workload: r.Workload, cpus: r.CPUs, unit: map[string]map[string]float64{}}
		for _, p := range r.Params {
			k.params += " " + p.Bare() + "=" + p.Value
		}
		i := slices.IndexFunc(cells, func(c *cell) bool {
			return c.machine == k.machine && c.workload == k.workload && c.params == k.params && c.cpus == k.cpus
		})
		if i < 0 {
			i, cells = len(cells), append(cells, &k)
		}
		unit := map[string]float64{}
		for _, v := range r.Values {
			unit[v.Unit] = v.Value
		}
		cells[i].unit[r.Design] = unit
	}
	for _, c := range cells {
		if c.cycles(floor) == 0 || c.cycles(ours) == 0 {
			t.Fatalf("%s: %s on %s with %d CPUs: no cost of dmap or genbuf", name, c.workload, c.machine, c.cpus)
		}
	}
	return cells
}

// cycles is the cost of an operation with a design; 0 if it was not run, or is n/a here.
func (c *cell) cycles(design string) float64 { return c.unit[design]["cycles/op"] }

// over is the cost with a design as a multiple of dmap's.
func (c *cell) over(design string) float64 { return c.cycles(design) / c.cycles(floor) }

// best returns the cheapest design that is not ours, whether it keeps up or not.
func (c *cell) best() (name string) {
	for design := range c.unit {
		switch {
		case design == floor || design == ours || design == counter || c.cycles(design) == 0:
		case name == "" || c.cycles(design) < c.cycles(name) || c.cycles(design) == c.cycles(name) && design < name:
			name = design
		}
	}
	return name
}

// against is genbuf's cost as a multiple of that of the best other design.
func (c *cell) against() float64 { return c.cycles(ours) / c.cycles(c.best()) }

// clear reports whether the difference to the best other design is larger than the half-width of genbuf's cost.
func (c *cell) clear() bool { return math.Abs(c.against()-1) > c.unit[ours]["half-width"] }

// mean is the geometric mean of a ratio over cells.
func mean(cells []*cell, ratio func(*cell) float64) float64 {
	sum := 0.0
	for _, c := range cells {
		sum += math.Log(ratio(c))
	}
	return math.Exp(sum / float64(len(cells)))
}

// where returns the cells for which keep is true.
func where(cells []*cell, keep func(*cell) bool) []*cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c *cell) bool { return !keep(c) })
}

// values returns what the cells have for a property, in their order.
func values[V comparable](cells []*cell, of func(*cell) V) (list []V) {
	for _, c := range cells {
		if v := of(c); !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

func machine(c *cell) string  { return c.machine }
func workload(c *cell) string { return c.workload }
func cpus(c *cell) int        { return c.cpus }

// times prints a ratio with 3 digits after the point, or as many as are of use.
func times(v float64) string {
	switch {
	case math.IsInf(v, 0) || math.IsNaN(v) || v == 0:
		return "n/a"
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}
