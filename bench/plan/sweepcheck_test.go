package plan

import "testing"

// TestSweepShapes: the error for a value of the wrong type names its key and line; values are never rounded.
func TestSweepShapes(t *testing.T) {
	const (
		whole   = ": expected a whole number in digits, as 1000"
		wholes  = ": expected a list of whole numbers, as [1, 8, 64]"
		list    = ": expected a list, as [naive, lwbuf]"
		table   = ": expected names with a list each, as {sfbuf.nsfbufs: [64, 1024]}"
		anchors = "anchors and aliases (&name, *name) are not read here: write the value out"
	)
	for text, want := range map[string]string{
		"why: x\nops: 1.9":               "f:2: ops" + whole,
		"ops: 1e3":                       "f:1: ops" + whole,
		"ops: 1.0":                       "f:1: ops" + whole,
		"ops: \"5\"":                     "f:1: ops" + whole,
		"ops: x":                         "f:1: ops" + whole,
		"ops: true":                      "f:1: ops" + whole,
		"reps: [1]":                      "f:1: reps" + whole,
		"reps: 99999999999999999999":     "f:1: reps" + whole,
		"warmup: 18446744073709551615":   "f:1: warmup: 18446744073709551615 is out of range",
		"seed: 1.5":                      "f:1: seed" + whole,
		"seed: -1":                       "f:1: seed: -1 is out of range: choose 0 to 18446744073709551615",
		"cpus: [1.7]":                    "f:1: cpus" + wholes,
		"cpus:\n- 1\n- 2.5":              "f:3: cpus" + wholes,
		"cpus: 4":                        "f:1: cpus" + wholes,
		"cpus: [1, \"2\"]":               "f:1: cpus" + wholes,
		"why: [a]":                       "f:1: why: expected a text",
		"engine: [live]":                 "f:1: engine: expected a text",
		"alloc: naive":                   "f:1: alloc" + list,
		"alloc: [naive, {a: b}]":         "f:1: alloc" + list,
		"expect: \"lwbuf: stale = 0\"":   "f:1: expect" + list,
		"set: 3":                         "f:1: set" + table,
		"set:\n  sfbuf.nsfbufs: 5":       "f:2: set" + table,
		"param: {xio.pages: [[1]]}":      "f:1: param" + table,
		"- x":                            "f:1: expected keys and values, as ops: 1000",
		"x":                              "f:1: expected keys and values, as ops: 1000",
		"why: x\nallocs: [naive]":        "f:2: unknown field \"allocs\"",
		"a: &x [1]\ncpus: *x":            "f:1: " + anchors,
		"cpus: &x [1]":                   "f:1: " + anchors,
		"ops: 5\nops: 6":                 "f:2: mapping key \"ops\" already defined at [1:1]",
		"why: x\n\n---\nops: 1.5":        "",
		"seed: 18446744073709551615":     "",
		"ops: 0x10":                      "",
		"ops:":                           "",
		"set: {sfbuf.nsfbufs: [1, 0.5]}": "", // Resolve reports it by name
		"why: >-\n  x\n  y\nops: 5\nengine: virtual\ncpus: [1]\nexpect: []\nparam: {x.y: [a, 1, 0.5]}": "",
	} {
		_, err := ParseSweep("f", []byte(text))
		if got := ""; err != nil {
			got = err.Error()
			if got != want {
				t.Errorf("%q: %s, want %s", text, got, want)
			}
		} else if want != "" {
			t.Errorf("%q: no error, want %s", text, want)
		}
	}
}
