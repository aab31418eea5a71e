package ops

import (
	"slices"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/mmu/machines"
)

// TestParseErrorsOfRuns: the keywords of a trace for lwbench check in addition to those of a replay.
func TestParseErrorsOfRuns(t *testing.T) {
	for text, want := range map[string]string{
		head + "0 signal\n":                       `t.ops:3: the CPU to signal is missing`,
		head + "0 signal 2\n":                     `t.ops:3: CPU to signal "2": expected 0 to 1`,
		head + "0 signal -1\n":                    `t.ops:3: CPU to signal "-1": expected 0 to 1`,
		head + "0 signal 1 1\n":                   `t.ops:3: "1": expected nothing more`,
		head + "2! switch\n":                      `t.ops:3: CPU "2": expected 0 to 1`,
		head + "!0 switch\n":                      `t.ops:3: CPU "!0": expected 0 to 1`,
		head + "0!! switch\n":                     `t.ops:3: CPU "0!": expected 0 to 1`,
		head + "0!\n":                             `t.ops:3: expected a verb after the CPU`,
		head + "0! {\n":                           `t.ops:3: the handler of line 3 is not closed: expected a }`,
		head + "0! { }\n":                         `t.ops:3: a handler without operations`,
		head + "9! { switch }\n":                  `t.ops:3: CPU "9": expected 0 to 1`,
		head + "0! { switch } switch\n":           `t.ops:3: "switch": expected nothing after the }`,
		head + "0! {\nswitch\n1 switch\n}\n":      `t.ops:5: unknown verb "1"`,
		head + "0! {\nload a\n}\n":                `t.ops:4: a is not allocated`,
		head + "0 {\nswitch\n}\n":                 `t.ops:3: unknown verb "{"`,
		head + "0! {\n0! {\n":                     `t.ops:4: unknown verb "0!"`,
		head + "0! free a\n":                      `t.ops:3: a is not allocated`,
		head + "0 alloc a 1 caught\n":             `t.ops:3: unknown flag "caught": expected private, nowait or catch`,
		head + "0 sysctl\n":                       `t.ops:3: sysctl: expected a tunable and its value`,
		head + "design\n":                         `t.ops:3: design: expected one value`,
		head + "design lwbuf sfbuf\n":             `t.ops:3: design: expected one value`,
		head + "design lwbuf\ndesign lwbuf\n":     `t.ops:4: design is given twice`,
		head + "schedule -\nschedule -\n":         `t.ops:4: schedule is given twice`,
		head + "kva 4\n\nkva 4\n":                 `t.ops:5: kva is given twice`,
		head + "0 switch\nset lwbuf.count=1\n":    `t.ops:4: set: expected before the first operation`,
		head + "0 switch\nkernel_global yes\n":    `t.ops:4: kernel_global: expected before the first operation`,
		head + "sched -\n":                        `t.ops:3: unknown header line "sched": expected cpus, pages, design`,
		"lwbench-ops 1\ndesign lwbuf\n0 switch\n": `t.ops:3: expected "cpus N" before the first operation`,
		"design lwbuf\nlwbench-ops 1\n":           `t.ops:1: "design lwbuf": expected "lwbench-ops 1"`,
	} {
		_, err := Parse("t.ops", strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
}

// TestHeader: header lines keep their order and line numbers, set may be repeated, and a trace writes them unchanged.
func TestHeader(t *testing.T) {
	const text = "lwbench-ops 1\ncpus 2\npages 3\ndesign sfbuf\nset sfbuf.nsfbufs=1\nset sfbuf.quick=0\nkva 9\ntlb 1x1\nkernel_global no\n" +
		"speculate yes\nschedule 17:1,40:2\n0 alloc a 1 private nowait catch\n1! load a\n0 signal 1\n1 switch\n0 work 7\n0 sysctl a.b=c\n0! free a\n"
	tr, err := Parse("t.ops", strings.NewReader("# a comment first\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	if got := tr.String(); got != text {
		t.Errorf("got\n%swant\n%s", got, text)
	}
	if len(tr.Header) != 8 || tr.Header[2] != (HeaderLine{7, "set", "sfbuf.quick=0"}) {
		t.Errorf("%+v", tr.Header)
	}
	for key, want := range map[string]string{"set": "sfbuf.nsfbufs=1", "schedule": "17:1,40:2", "speculate": "yes"} {
		if got, ok := tr.HeaderValue(key); !ok || got != want {
			t.Errorf("%s: %q %t, want %q", key, got, ok, want)
		}
	}
	if _, ok := tr.HeaderValue("cpus"); ok {
		t.Error("cpus is no HeaderLine")
	}
	if op := tr.Ops[1]; !op.Interrupt() || op.CPU != 1 || op.Verb != Load {
		t.Errorf("%+v", op)
	}
	if op := tr.Ops[2]; op.Interrupt() || op.Verb != Signal || op.To != 1 || op.Name != "" {
		t.Errorf("%+v", op)
	}
	if f := tr.Ops[0].Flags; f != allocators.Private|allocators.NoWait|allocators.Catch {
		t.Errorf("flags %b", f)
	}
}

// TestHandlers: consecutive lines of a CPU's handler are one handler, unless braces separate them.
func TestHandlers(t *testing.T) {
	const text = head + `
0! alloc a 0 nowait
0! load a   # the same handler
1! switch
0! free a
0! { alloc b 1 nowait; load b; free b }
0! {
  switch
  alloc c 1 nowait } # closed on the line of an operation
0! {
  free c
}
0 switch
0! switch
`
	tr, err := Parse("t.ops", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, op := range tr.Ops {
		got = append(got, op.Handler)
	}
	if want := []int{1, 1, 2, 3, 4, 4, 4, 5, 5, 6, 0, 7}; !slices.Equal(got, want) {
		t.Errorf("handlers %v, want %v", got, want)
	}
	const written = `0! {
  alloc a 0 nowait
  load a
}
1! switch
0! {
  free a
}
0! {
  alloc b 1 nowait
  load b
  free b
}
0! {
  switch
  alloc c 1 nowait
}
0! {
  free c
}
0 switch
0! switch
`
	if out := tr.String(); !strings.HasSuffix(out, "pages 2\n"+written) {
		t.Errorf("written as\n%s", out)
	}
}

// TestSignalAndInterruptInFileOrder: neither makes a difference if one operation ends before the next begins.
func TestSignalAndInterruptInFileOrder(t *testing.T) {
	plain, err := replayText(t, head+"0 alloc a 1\n1 load a\n0 free a\n", "sfbuf", nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := replayText(t, head+"design lwbuf\n1 signal 0\n0! alloc a 1 catch\n1! load a\n0! free a\n", "sfbuf", nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Ops = plain.Ops; r.JSON() != plain.JSON() {
		t.Errorf("%s\n%s", r.JSON(), plain.JSON())
	}
}

// TestWindow: Options.KVAPages is the window of a replay.
func TestWindow(t *testing.T) {
	tr, err := Parse("t.ops", strings.NewReader(head+"0 alloc a 1\n0 alloc b 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	var errs []bool
	for _, n := range []int{0, 1, 2} {
		_, err := Replay(tr, spec, design("lwbuf"), nil, Options{KVAPages: n})
		errs = append(errs, err != nil)
	}
	if !slices.Equal(errs, []bool{false, true, false}) {
		t.Errorf("windows of 0, 1 and 2 pages fail: %v", errs)
	}
}
