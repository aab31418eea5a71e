package ops

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/mmu"
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
		head + "0 alloc a 1 shared\n":        `t.ops:3: unknown flag "shared": expected private, nowait or catch`,
		head + "0 alloc a 1\n1 alloc a 1\n":  `t.ops:4: a is already allocated (line 3)`,
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
		{"0 alloc a 1 nowait\n1 alloc a 1\n", "sfbuf", "t.ops:4: cpu1: a is already allocated (line 3): expected a free before it"},
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

// TestFailedNameIsFree checks that a nowait alloc that failed leaves its name free.
func TestFailedNameIsFree(t *testing.T) {
	const text = head + "0 alloc a 1\n0 alloc b 2 nowait\n0 free a\n0 alloc b 2\n1 load b\n1 free b\n"
	r, err := replayText(t, text, "sfbuf", allocators.Tuning{"sfbuf.nsfbufs": 1})
	if err != nil {
		t.Fatal(err)
	}
	if r.Allocs != 2 || r.Failed != 1 || r.Frees != 2 {
		t.Errorf("%s", r.JSON())
	}
}

// TestEveryStaleAccessIsTold checks that more stale accesses are reported than the machine keeps.
func TestEveryStaleAccessIsTold(t *testing.T) {
	const each = 300
	r, err := replayText(t, head+"0 alloc a 1\n1 load a\n0 free a\n0 alloc a 2\n"+strings.Repeat("1 store a\n", each), "lwbuf-submitted", nil)
	if err != nil {
		t.Fatal(err)
	}
	last := fmt.Sprintf("t.ops:%d: stale access: cpu1 wrote page 1 through 0xc0000000, was promised page 2", 6+each)
	if r.Stale != each || len(r.Reports) != each || r.Reports[each-1] != last {
		t.Errorf("%d stale, %d told, the last %q; want %d and %q", r.Stale, len(r.Reports), r.Reports[len(r.Reports)-1], each, last)
	}
	r, err = replayText(t, head+"0 alloc a 1\n1 load a\n0 free a\n0 alloc a 2\n"+strings.Repeat("1 store a\n", maxReports+7), "lwbuf-submitted", nil)
	if err != nil || len(r.Reports) != maxReports+1 || r.Reports[maxReports] != "t.ops: and 7 findings more" {
		t.Error(len(r.Reports), r.Reports[len(r.Reports)-1], err)
	}
}

func TestReplayStops(t *testing.T) {
	tr, err := Parse("t.ops", strings.NewReader(head+"0 work 1\n1 work 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	after := func(*mmu.CPU, *Op, *Session) { cancel() }
	_, err = ReplayContext(ctx, tr, spec, design("lwbuf"), nil, Options{After: after})
	if !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "t.ops:4: ") {
		t.Error(err)
	}
}

// TestBroadcastArrives passes a buffer on immediately, on every machine: naive's flushes, which are not waited for,
// must have arrived.
func TestBroadcastArrives(t *testing.T) {
	tr, err := Parse("t.ops", strings.NewReader(head+"0 alloc a 1\n1 load a\n0 free a\n0 alloc a 2\n1 load a\n1 free a\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range machines.Names() {
		spec, err := machines.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := Replay(tr, spec, design("naive"), nil, Options{}); err != nil || len(r.Reports) > 0 {
			t.Error(name, r, err)
		}
	}
}

// TestMailsBug is trace A of docs/DESIGNS.md.
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
	if want := "3 18 [{4 0 alloc h1 17 0  0 1 0} {5 2 load h1 0 0  0 0 0} {6 2 free h1 0 0  0 0 0}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestRoundTrip writes random runs and reads them back.
func TestRoundTrip(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		cpus, live, highest := 1+r.IntN(1024), []int{}, 0
		w, want := NewWriter(&b, cpus, "random"), []Op{}
		for i := range r.IntN(200) {
			op := Op{Line: i + 4, CPU: r.IntN(cpus), Verb: Verb(r.IntN(2))*3 + Verb(r.IntN(3))}
			name := i
			switch {
			case op.Verb == Alloc || op.Verb > Free || op.Verb == KVA || op.Verb == Ref || len(live) == 0:
				op.Verb, op.Page, op.Flags = Alloc, r.IntN(1<<24), allocators.Flags(r.IntN(2))*allocators.Private
				highest, live = max(highest, op.Page), append(live, name)
			case op.Verb == Free:
				k := r.IntN(len(live))
				name = live[k]
				live[k] = live[len(live)-1]
				live = live[:len(live)-1]
			default:
				name = live[r.IntN(len(live))]
			}
			op.Name = fmt.Sprintf("h%d", name)
			want = append(want, op)
			w.Op(op.CPU, op.Verb.String(), name, op.Page, op.Flags)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		tr, err := Parse("r.ops", strings.NewReader(b.String()))
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, b.String())
		}
		if tr.CPUs != cpus || tr.Pages != highest+1 || !slices.Equal(tr.Ops, want) {
			t.Fatalf("seed %d: read back %d CPUs, %d pages, %v; wrote\n%s", seed, tr.CPUs, tr.Pages, tr.Ops, b.String())
		}
	}
}
