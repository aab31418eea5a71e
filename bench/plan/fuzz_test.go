package plan_test

import (
	"strings"
	"testing"

	"lwbench/bench/plan"
	"lwbench/bench/sweeps"
)

func FuzzParseSweep(f *testing.F) {
	for _, name := range sweeps.Names() {
		data, _ := sweeps.Read(name)
		f.Add(data)
	}
	f.Add([]byte("set: {a: [1], a: [2]}"))
	f.Add([]byte("expect: [\": = 0\", \"x\"]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := plan.ParseSweep("f", data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q is more than one line", err)
			}
			return
		}
		_, _ = o.Resolve(lists())
	})
}

func FuzzParseExpectation(f *testing.F) {
	f.Add("lwbuf on xio at 64 with a=b: cycles/op < sfbuf")
	f.Add(": ")
	f.Fuzz(func(t *testing.T, text string) {
		if e, err := plan.ParseExpectation(text); err == nil && e.Check(nil) == nil {
			t.Error("an expectation holds for no results")
		}
	})
}
