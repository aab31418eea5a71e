package plan_test

import (
	"testing"

	"lwbench/bench/plan"
)

// What the messages say.
const (
	write   = ": expected a whole number in digits: write "
	whole   = ": expected a whole number in digits, as 1000"
	wholes  = ": expected a list of whole numbers"
	list    = ": expected a list"
	lines   = ": expected a list of texts in quotes: write "
	table   = ": expected names with a list each"
	quotes  = ": a text with \": \" in it or a special character first needs quotes: write "
	anchors = "anchors and aliases (&name, *name) are not read here: write the value out"
)

// TestSweepShapes: the error for a value of the wrong type names its key and line; values are never rounded.
func TestSweepShapes(t *testing.T) {
	for text, want := range map[string]string{
		"why: x\nops: 1.9":               "f:2: ops" + whole,
		"ops: 1e3":                       "f:1: ops" + write + "ops: 1000",
		"ops: 1.0":                       "f:1: ops" + write + "ops: 1",
		"ops: \"5\"":                     "f:1: ops" + write + "ops: 5",
		"ops: x":                         "f:1: ops" + whole,
		"ops: true":                      "f:1: ops" + whole,
		"reps: [1]":                      "f:1: reps" + write + "reps: 1",
		"reps: 99999999999999999999":     "f:1: reps" + whole,
		"warmup: 18446744073709551615":   "f:1: warmup: 18446744073709551615 is out of range",
		"seed: 1.5":                      "f:1: seed" + whole,
		"seed: -1":                       "f:1: seed: -1 is out of range: choose 0 to 18446744073709551615",
		"cpus: [1.7]":                    "f:1: cpus" + wholes + ", as [1, 8, 64]",
		"cpus:\n- 1\n- 2.5":              "f:3: cpus" + wholes + ", as [1, 8, 64]",
		"cpus: 4":                        "f:1: cpus" + wholes + ": write cpus: [4]",
		"cpus: [1, \"2\"]":               "f:1: cpus" + wholes + ": write cpus: [1, 2]",
		"why: [a]":                       "f:1: why: expected a text: write why: a",
		"engine: [live]":                 "f:1: engine: expected a text: write engine: live",
		"alloc: naive":                   "f:1: alloc" + list + ": write alloc: [naive]",
		"alloc: [naive, {a: b}]":         "f:1: alloc" + list + ", as [naive, lwbuf]",
		"expect: \"lwbuf: stale = 0\"":   "f:1: expect" + lines + "expect: [\"lwbuf: stale = 0\"]",
		"set: 3":                         "f:1: set" + table + ", as {sfbuf.nsfbufs: [64, 1024]}",
		"set:\n  sfbuf.nsfbufs: 5":       "f:2: set" + table + ": write set: {sfbuf.nsfbufs: [5]}",
		"param: {xio.pages: [[1]]}":      "f:1: param" + table + ", as {sfbuf.nsfbufs: [64, 1024]}",
		"- x":                            "f:1: expected keys and values, as ops: 1000",
		"x":                              "f:1: expected keys and values, as ops: 1000",
		"why: x\nallocs: [naive]":        "f:2: no key \"allocs\": did you mean alloc?",
		"a: &x [1]\ncpus: *x":            "f:1: " + anchors,
		"cpus: &x [1]":                   "f:1: " + anchors,
		"ops: 5\nops: 6":                 "f:2: the key is given twice: leave one out",
		"why: x\n\n---\nops: 1.5":        "",
		"seed: 18446744073709551615":     "",
		"ops: 0x10":                      "",
		"\"ops\": 5":                     "",
		"ops:":                           "",
		"set: {sfbuf.nsfbufs: [1, 0.5]}": "", // Resolve reports it by name
		"why: >-\n  x\n  y\nops: 5\nengine: virtual\ncpus: [1]\nexpect: []\nparam: {x.y: [a, 1, 0.5]}": "",
	} {
		parses(t, text, want)
	}
}

// TestSweepAdvice: the error for a natural mistake says what to write.
func TestSweepAdvice(t *testing.T) {
	for text, want := range map[string]string{
		"cpus: 1-2":                   "f:1: cpus" + wholes + ": write cpus: [1, 2]",
		"cpus: 1, 2, 4-6":             "f:1: cpus" + wholes + ": write cpus: [1, 2, 4, 5, 6]",
		"cpus: [1-3]":                 "f:1: cpus" + wholes + ": write cpus: [1, 2, 3]",
		"cpus: 1-1024":                "f:1: cpus" + wholes + ", as [1, 8, 64]",
		"cpus: all":                   "f:1: cpus" + wholes + ", as [1, 8, 64]",
		"ops: 1,000":                  "f:1: ops" + write + "ops: 1000",
		"exposure: on":                "f:1: exposure: expected true or false: write exposure: true",
		"alloc: sfbuf, lwbuf":         "f:1: alloc" + list + ": write alloc: [sfbuf, lwbuf]",
		"set: sfbuf.nsfbufs=4,5":      "f:1: set" + table + ": write set: {sfbuf.nsfbufs: [4, 5]}",
		"set: {sfbuf.nsfbufs=4}":      "f:1: set" + table + ": write set: {sfbuf.nsfbufs: [4]}",
		"set:\n- sfbuf.nsfbufs: 4":    "f:2: set" + table + ": write set: {sfbuf.nsfbufs: [4]}",
		"set:\n  sfbuf.nsfbufs: 4, 5": "f:2: set" + table + ": write set: {sfbuf.nsfbufs: [4, 5]}",
		"expect:\n- lwbuf: stale = 0": "f:2: expect" + lines + "- \"lwbuf: stale = 0\"",
		"expect:\n- lwbuf on xio at 8: cycles/op < sfbuf": "f:2: expect" + lines + "- \"lwbuf on xio at 8: cycles/op < sfbuf\"",
		"expect:\n  lwbuf: stale = 0":                     "f:2: expect" + lines + "expect: [\"lwbuf: stale = 0\"]",
		"expect: lwbuf: stale = 0":                        "f:1" + quotes + "expect: \"lwbuf: stale = 0\"",
		"why: what: this":                                 "f:1" + quotes + "why: \"what: this\"",
		"ops: 5\nalloc:[naive]":                           "f:2: a key ends with a colon and a blank: write alloc: [naive]",
		"alloc = naive":                                   "f:1: a key ends with a colon and a blank: write alloc: naive",
		"alloc: [naive\nops: 5":                           "f:2: a list does not end before here, or lacks a comma: write [A, B]",
	} {
		parses(t, text, want)
	}
}

// parses checks the error of a sweep file, or that it has none.
func parses(t *testing.T, text, want string) {
	t.Helper()
	_, err := plan.ParseSweep("f", []byte(text))
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%q: %q, want %q", text, got, want)
	}
}

// TestWhereNamesAre: an error in a value of a sweep file names its line, unless a flag replaced the value.
func TestWhereNamesAre(t *testing.T) {
	const form = " (DESIGN [on WORKLOAD] [at CPUS] [with KEY=VALUE]…: UNIT OP NUMBER|DESIGN)"
	for text, want := range map[string]string{
		"alloc:\n- sfbuf\n- lwbuff":                       "f:3: no allocator \"lwbuff\": did you mean lwbuf?",
		"why: x\nworkload: [xioo]":                        "f:2: no workload \"xioo\": did you mean xio?",
		"why: x\nmachine: [haswell-2]":                    "f:2: no machine \"haswell-2\": did you mean haswell-2s?",
		"why: x\nset: {sfbuf.nsfbuf: [4]}":                "f:2: no tunable \"sfbuf.nsfbuf\": did you mean sfbuf.nsfbufs?",
		"why: x\nparam: {xio.page: [4]}":                  "f:2: no parameter \"xio.page\": did you mean xio.pages?",
		"set:\n  sfbuf.nsfbufs: [4, -64]":                 "f:2: sfbuf.nsfbufs=-64 is out of range: choose 1 to 65536",
		"why: x\nops: 0":                                  "f:2: ops: 0 is out of range: choose 1 to 1000000000",
		"why: x\ncpus: [1, 0]":                            "f:2: cpus: 0 is out of range: choose 1 to 1024",
		"why: x\nengine: real":                            "f:2: no engine \"real\": choose one of virtual, live",
		"expect:\n- \"lwbuff: stale = 0\"":                "f:2: expectation \"lwbuff: stale = 0\": no allocator \"lwbuff\": did you mean lwbuf?",
		"expect:\n- \"lwbuf on xioo: cycles/op < sfbuf\"": "f:2: expectation \"lwbuf on xioo: cycles/op < sfbuf\": no workload \"xioo\": did you mean xio?",
		"expect:\n- \"lwbuf: cycle/op < 5\"":              "f:2: expectation \"lwbuf: cycle/op < 5\": no unit \"cycle/op\": did you mean cycles/op?" + form,
		"expect:\n- \"lwbuf on xio: cycles/op < sfbuff\"": "f:2: expectation \"lwbuf on xio: cycles/op < sfbuff\": no allocator \"sfbuff\": did you mean sfbuf?",
	} {
		o, err := plan.ParseSweep("f", []byte(text))
		if err == nil {
			o = o.Merge(plan.Options{})
			_, err = o.Resolve(lists())
		}
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
