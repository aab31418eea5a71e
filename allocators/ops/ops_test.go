package ops

import (
	"fmt"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/mmu/machines"
)

const head = "lwbench-ops 1\ncpus 2\n"

func design(name string) *allocators.Design {
	for _, d := range all.Designs() {
		if d.Name == name {
			return d
		}
	}
	panic(name)
}

func replayText(t *testing.T, text, name string, tune allocators.Tuning) (*Result, error) {
	t.Helper()
	tr, err := Parse("t.ops", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	return Replay(tr, spec, design(name), tune, Options{})
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   `t.ops:1: the file is empty: expected "lwbench-ops 1"`,
		"# only a comment\n":                 `t.ops:1: the file is empty`,
		"lwbench-ops 2\n":                    `t.ops:1: "lwbench-ops 2": expected`,
		"lwbench-ops 1\n":                    `t.ops:1: expected "cpus N"`,
		"lwbench-ops 1\n0 load a\n":          `t.ops:2: expected "cpus N" before`,
		"lwbench-ops 1\ncpus 0\n":            `t.ops:2: cpus: expected one number from 1 to 1024`,
		"lwbench-ops 1\ncpus 1025\n":         `t.ops:2: cpus: expected one number from 1 to 1024`,
		"lwbench-ops 1\ncpus two\n":          `t.ops:2: cpus: expected`,
		"lwbench-ops 1\ncpus 1\ncpus 1\n":    `t.ops:3: cpus is given twice`,
		head + "2 load a\n":                  `t.ops:3: CPU "2": expected 0 to 1`,
		head + "0\n":                         `t.ops:3: expected a verb after the CPU: alloc, load`,
		head + "0 jump a\n":                  `t.ops:3: unknown verb "jump": expected alloc, load`,
		head + "0 load\n":                    `t.ops:3: load: expected the name`,
		head + "0 load a\n":                  `t.ops:3: a is not allocated: expected an alloc before it`,
		head + "0 alloc a\n":                 `t.ops:3: the page is missing`,
		head + "0 alloc a -1\n":              `t.ops:3: page "-1": expected 0 to`,
		head + "pages 4\n0 alloc a 4\n":      `t.ops:4: page "4": expected 0 to 3`,
		head + "0 alloc a 1 shared\n":        `t.ops:3: unknown flag "shared": expected private or nowait`,
		head + "0 alloc a 1\n1 alloc a 1\n":  `t.ops:4: a is allocated already (line 3)`,
		head + "0 alloc a 1\n\n0 free a b\n": `t.ops:5: "b": expected nothing more`,
		head + "0 alloc a/b 1\n":             `t.ops:3: name "a/b": expected up to 64`,
		head + "0 work\n":                    `t.ops:3: work: expected a number of cycles`,
		head + "0 work -5\n":                 `t.ops:3: work "-5": expected 0 to`,
		head + "0 work 1\npages 3\n":         `t.ops:4: pages: expected before the first operation`,
		head + strings.Repeat("x", 5000):     `t.ops:3: a line of more than 4096`,
	} {
		_, err := Parse("t.ops", strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

func TestReplayErrors(t *testing.T) {
	for _, k := range []struct{ text, design, want string }{
		{"0 alloc a 1\n0 ref a\n", "lwbuf", "t.ops:4: cpu0: lwbuf has no references"},
		{"0 alloc a 1\n0 global a\n", "sfbuf", "t.ops:4: cpu0: sfbuf cannot make a buffer global"},
		{"0 alloc a 1\n1 alloc b 2\n1 alloc c 3\n", "sfbuf", "t.ops:5: would block: all 2 sf_bufs in use; free one before it, or add nowait"},
		{"0 alloc a 1\n1 alloc b 2\n1 alloc c 3\n", "naive", "t.ops:5: would block: all 2 sf_bufs in use; free one before it, or add nowait"},
		{"0 alloc a 1\n1 alloc b 2\n1 alloc c 3 nowait\n0 load c\n", "sfbuf", "t.ops:6: cpu0: c is not allocated: its alloc failed"},
	} {
		_, err := replayText(t, head+k.text, k.design, allocators.Tuning{"sfbuf.nsfbufs": 2, "naive.nsfbufs": 2})
		if err == nil || !strings.HasPrefix(err.Error(), k.want) {
			t.Errorf("%s: %v, want %s", k.design, err, k.want)
		}
	}
}

func TestReplayCounts(t *testing.T) {
	const text = head + `
0 alloc a 1
0 load a
1 load a     # global: no work
1 alloc b 1  # found
0 free a
1 free b
0 alloc c 2 private
0 store c
0 free c
0 alloc d 3
0 alloc e 4
0 alloc f 5 nowait # fails: d and e are in use
`
	r, err := replayText(t, text, "sfbuf", allocators.Tuning{"sfbuf.nsfbufs": 2})
	if err != nil {
		t.Fatal(err)
	}
	if r.Allocs != 5 || r.Failed != 1 || r.Reuses != 1 || r.Frees != 3 || r.Kenter != 3 || r.KenterQuick != 1 || r.KVAPages != 2 || r.Stale != 0 {
		t.Errorf("%s", r.JSON())
	}
}

// TestMailsBug is trace A of ALLOCATORS.md 4.1.
func TestMailsBug(t *testing.T) {
	const text = head + "0 alloc a 1\n1 load a\n0 free a\n0 alloc a 2\n1 load a\n0 free a\n"
	r, err := replayText(t, text, "lwbuf-submitted", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "t.ops:7: stale access: cpu1 read page 1 through 0xc0000000, was promised page 2"
	if r.Stale != 1 || len(r.Reports) != 1 || r.Reports[0] != want {
		t.Errorf("%d stale, %q; want %q", r.Stale, r.Reports, want)
	}
	if r, err := replayText(t, text, "lwbuf", nil); err != nil || r.Stale != 0 || len(r.Reports) != 0 {
		t.Error(r, err)
	}
}

func TestWriterRoundTrip(t *testing.T) {
	var b strings.Builder
	w := NewWriter(&b, 3, "a test")
	w.Op(0, "alloc", 1, 17, allocators.Private|allocators.NoWait)
	w.Op(1, "alloc-failed", 0, 4, 0)
	w.Op(2, "load", 1, 0, 0)
	w.Op(2, "free", 1, 0, 0)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	tr, err := Parse("t.ops", strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(tr.CPUs, tr.Pages, tr.Ops)
	if want := "3 18 [{4 0 alloc h1 17 0 1} {5 2 load h1 0 0 0} {6 2 free h1 0 0 0}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(head + "0 alloc a 1 private nowait\n1 store a\n0 kva a\n0 free a\n1 work 50\n1 switch\n")
	f.Add("lwbench-ops 1\ncpus 1024\npages 7\n1023 alloc x.y-z_1 6\n")
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := Parse("f", strings.NewReader(text))
		if (tr == nil) == (err == nil) {
			t.Fatal(tr, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q is more than one line", err)
		}
	})
}
