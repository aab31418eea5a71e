package compare

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"
)

func TestFilterKeys(t *testing.T) {
	for query, want := range map[string]string{
		"*":                                "",
		"/alloc:lwbuf":                     "/alloc",
		"-/alloc:lwbuf goos:linux":         "/alloc goos",
		".unit:(cycles/op OR /b:c/)":       ".unit",
		`"pkg":"a:b" .name:/x\/y:z/`:       "pkg .name",
		"(a:b AND -(c:d OR e:k)) f:g-h":    "a c e f",
		"a:(b OR \"c)\" OR /[)]d(/)/) e:f": "a e",
		"/cpus:1 OR (/cpus:2 AND .unit:x)": "/cpus /cpus .unit",
	} {
		if _, err := benchproc.NewFilter(query); err != nil {
			t.Errorf("benchproc does not read %q: %v", query, err)
		}
		if got := strings.Join(filterKeys(query), " "); got != want {
			t.Errorf("%q: keys %q, want %q", query, got, want)
		}
	}
}

// FuzzFilterKeys checks that filterKeys agrees with benchproc: a filter distinguishes results only by keys that
// filterKeys finds.
func FuzzFilterKeys(f *testing.F) {
	for _, q := range []string{"/alloc:lwbuf", `-"goos":/x:/ OR (a:b c:(d OR "e"))`, ".unit:*", "a : b"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		found := filterKeys(query)
		for key := range fixedLists(query) { // must terminate for any text
			_ = key
		}
		filter, err := benchproc.NewFilter(query)
		if err != nil {
			return
		}
		if slices.Contains(found, ".unit") || slices.Contains(found, ".name") || slices.Contains(found, ".fullname") {
			return
		}
		var first *bool
		for _, name := range []string{"X", "Y/alloc=1", "Longer/cpus=3"} { // none of these has the keys of a fuzzed filter
			r := &benchfmt.Result{Name: benchfmt.Name(name), Iters: 1, Values: []benchfmt.Value{{Value: 1, Unit: "u" + name}}}
			m, err := filter.Match(r)
			if err != nil {
				return
			}
			ok := m.All()
			if first == nil {
				first = &ok
			}
			if ok != *first && !slices.ContainsFunc(found, func(k string) bool { return strings.HasPrefix(k, "/") }) {
				t.Errorf("%q distinguishes results, and only the keys %q were found", query, found)
			}
		}
	})
}
