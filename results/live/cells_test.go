package live_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
)

// place is where designs are compared: a workload and a number of CPUs.
type place struct{ workload, cpus string }

// times are what was measured, by place and design: a number a repetition.
type times map[place]map[string][]float64

// file is what recorded files hold: their figures of one unit, the places in their order, and all values of other units.
type file struct {
	places  []place
	designs []string
	times   times
	values  map[string][]float64 // by unit, in the order of the file
}

// read returns the figures of unit from recorded files, of 1 and 2 CPUs.
func read(t *testing.T, unit string, names ...string) *file {
	t.Helper()
	f := &file{times: times{}, values: map[string][]float64{}}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r := benchfmt.NewReader(bytes.NewReader(data), name)
		for r.Scan() {
			if res, ok := r.Result().(*benchfmt.Result); ok {
				f.add(res, unit)
			}
		}
		if err := r.Err(); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.places) == 0 {
		t.Fatalf("%v: no results", names)
	}
	return f
}

func (f *file) add(res *benchfmt.Result, unit string) {
	part := map[string]string{}
	for _, p := range strings.Split(string(res.Name), "/") {
		k, v, found := strings.Cut(p, "=")
		if !found {
			k, v = "workload", strings.ToLower(p)
		}
		part[k] = v
	}
	at, design := place{part["workload"], part["cpus"]}, part["alloc"]
	if at.cpus != "1" && at.cpus != "2" {
		return
	}
	if !slices.Contains(f.places, at) {
		f.places, f.times[at] = append(f.places, at), map[string][]float64{}
	}
	if !slices.Contains(f.designs, design) {
		f.designs = append(f.designs, design)
	}
	for _, v := range res.Values {
		f.values[v.Unit] = append(f.values[v.Unit], v.Value)
		if v.Unit == unit {
			f.times[at][design] = append(f.times[at][design], v.Value)
		}
	}
}
