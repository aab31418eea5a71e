package bench_test

import (
	"strings"
	"testing"

	"lwbench/bench/record"
)

// TestFileNames: different cells have different file names, whatever the values contain.
func TestFileNames(t *testing.T) {
	base := profiledCells(t, 4)[0]
	seen := map[string]string{}
	for _, value := range []string{"", "a/b", "a_b", "a b", "../x", strings.Repeat("long", 100), strings.Repeat("long", 101), "é", "a=b"} {
		c := *base
		if value != "" {
			c.Param = []record.Setting{{Name: "x.file", Value: value}}
		}
		for c.Rep = range 2 {
			name := c.FileName()
			if was, twice := seen[name]; twice {
				t.Errorf("%q and %q are both %s", was, value, name)
			}
			seen[name] = value
			if len(name) > 200 || strings.ContainsAny(name, "/\\ :") || strings.HasPrefix(name, ".") {
				t.Errorf("%q makes the name %q", value, name)
			}
		}
	}
	if want := "haswell-2s-Xio-alloc=naive-cpus=4"; base.Workload.Name == "xio" && base.Design.Name == "naive" && base.FileName() != want {
		t.Errorf("%s, want %s", base.FileName(), want)
	}
}
