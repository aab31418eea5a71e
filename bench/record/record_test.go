package record_test

import (
	"strings"
	"testing"

	"lwbench/bench/record"
)

func TestParseName(t *testing.T) {
	n, err := record.ParseName("Xio/alloc=sfbuf/sfbuf.nsfbufs=64/xio.pages=8/cpus=4")
	if err != nil {
		t.Fatal(err)
	}
	if n.Title() != "xio pages=8" || n.Label() != "sfbuf nsfbufs=64" || n.Design != "sfbuf" || n.CPUs != 4 {
		t.Errorf("got %+v", n)
	}
	if _, err := record.ParseName(""); err == nil {
		t.Error("an empty name passed")
	}
}

// TestDoubled: a file that was written behind itself has each result once, and a line about it.
func TestDoubled(t *testing.T) {
	one := "# made by: lwbench sweep --alloc sfbuf --workload xio --cpus 4\nengine: virtual\n\nBenchmarkXio/alloc=sfbuf/cpus=4 10 5 cycles/op\n"
	for n, lines := range []int{0, 0, 1, 1} {
		if n == 0 {
			continue
		}
		f, err := record.Read("d.txt", strings.NewReader(strings.Repeat(one, n)))
		if err != nil || len(f.Results) != 1 || len(f.Skipped) != lines {
			t.Errorf("%d times: %v, %+v", n, err, f)
		}
	}
	other := strings.ReplaceAll(one, "10 5", "10 6")
	if f, err := record.Read("d.txt", strings.NewReader(one+other)); err != nil || len(f.Results) != 2 || len(f.Skipped) != 0 {
		t.Errorf("two files: %v, %+v", err, f)
	}
}
