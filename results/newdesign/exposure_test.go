package newdesign_test

import (
	"cmp"
	"os"
	"slices"
	"strings"
	"testing"

	"lwbench/bench/record"
	"lwbench/internal/splice"
	"lwbench/internal/texttab"
)

// exposed is one cell of exposure.txt.
type exposed struct {
	workload, name       string
	cost, p50, p99, most float64
	pages                float64
}

// exposures reads the cells of exposure.txt that have measured their exposure: dmap has not.
func exposures(t *testing.T) (list []exposed) {
	t.Helper()
	f, err := os.Open("exposure.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	file, err := record.Read("exposure.txt", f)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range file.Results {
		x := exposed{workload: r.Workload, name: strings.ReplaceAll(r.Label(), " expose_time=0", "")}
		x.name = strings.ReplaceAll(strings.ReplaceAll(x.name, " expose=0", ""), " lazy_time=0", "")
		for _, k := range []struct {
			unit string
			to   *float64
		}{
			{"cycles/op", &x.cost},
			{record.ExposureMedian, &x.p50},
			{record.ExposureP99, &x.p99},
			{record.ExposureMax, &x.most},
			{record.ExposedPages, &x.pages},
		} {
			*k.to, _ = r.Value(k.unit)
		}
		if _, ok := r.Value(record.ExposureP99); ok {
			list = append(list, x)
		}
	}
	return list
}

// unbeaten reports whether no other cell of its workload is as good in both, cost and 99th percentile, and better in one.
func (x exposed) unbeaten(list []exposed) bool {
	return !slices.ContainsFunc(list, func(o exposed) bool {
		return o.workload == x.workload && record.Tradeoff{Cost: o.cost, Exposed: o.p99}.Beats(record.Tradeoff{Cost: x.cost, Exposed: x.p99})
	})
}

// exposure is the table of the README: cost beside exposure, the cheapest first.
func exposure(t *testing.T) string {
	t.Helper()
	list := exposures(t)
	var b strings.Builder
	splice.Row(&b, "workload", "design", "cycles/op", "median", "p99", "max", "pages")
	splice.Rule(&b, 2, 7)
	for _, w := range []string{"xio", "sendfile"} {
		here := slices.DeleteFunc(slices.Clone(list), func(x exposed) bool { return x.workload != w })
		slices.SortStableFunc(here, func(a, b exposed) int { return cmp.Compare(a.cost, b.cost) })
		for _, x := range here {
			name := x.name
			if x.unbeaten(list) {
				name = "\\*" + name
			}
			n := texttab.Thousands
			splice.Row(&b, w, name, n(x.cost), n(x.p50), n(x.p99), n(x.most), n(x.pages))
		}
	}
	return b.String()
}

// TestExposureConclusions: what the README says of exposure in words.
func TestExposureConclusions(t *testing.T) {
	list := exposures(t)
	get := func(workload, name string) exposed {
		i := slices.IndexFunc(list, func(x exposed) bool { return x.workload == workload && x.name == name })
		if i < 0 {
			t.Fatalf("no cell of %s on %s", name, workload)
		}
		return list[i]
	}
	for _, k := range []struct {
		claim string
		true  bool
	}{
		{"256 pages cost more than twice lwbuf on xio", get("xio", "genbuf expose=256").cost > 2*get("xio", "lwbuf").cost},
		{"and their 99th percentile is no lower", get("xio", "genbuf expose=256").p99 >= get("xio", "genbuf").p99},
		{"expose_time costs half more on xio", get("xio", "genbuf expose_time=100000").cost > 1.45*get("xio", "genbuf").cost},
		{
			"vmap with the same period beats it in both on xio",
			get("xio", "vmap lazy_time=100000").cost < get("xio", "genbuf expose_time=100000").cost && get("xio", "vmap lazy_time=100000").p99 < get("xio", "genbuf expose_time=100000").p99,
		},
		{"on sendfile genbuf is cheaper", get("sendfile", "vmap lazy_time=100000").cost > get("sendfile", "genbuf expose_time=100000").cost},
		{"and vmap's 99th percentile is less than a quarter", get("sendfile", "vmap lazy_time=100000").p99 < get("sendfile", "genbuf expose_time=100000").p99/4},
		{"kmap-local is exposed for less than 100 cycles", get("xio", "kmap-local").most < 100},
		{"a sweep adds more than half of the period", get("xio", "genbuf expose_time=100000").most > 150_000 && get("xio", "genbuf expose_time=100000").most < 200_000},
	} {
		if !k.true {
			t.Errorf("README.md says that %s; exposure.txt says otherwise", k.claim)
		}
	}
}
