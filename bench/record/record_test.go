package record_test

import (
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
