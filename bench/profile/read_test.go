package profile

import (
	"bytes"
	"compress/gzip"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"lwbench/mmu/smp"
)

// sample is a small profile of ours.
func sample(t testing.TB, alloc string, cycles int64) *profile.Profile {
	t.Helper()
	b := newBuilder(Cell{Name: "X/alloc=" + alloc, Alloc: alloc, Workload: "x", Machine: "m", ClockHz: 1e9, Elapsed: 100}, mark, types)
	stack := []frame{
		{function: leafName(int(smp.CostInvlpg))},
		{function: machine + "(*CPU).KenterQuick", file: "mmu/primitives.go", line: 10},
		{function: designs + alloc + ".(*allocator).Alloc", file: "allocators/" + alloc + "/alloc.go", line: 20},
		{function: workloads + "(*Env).Alloc", file: "bench/workload/handle.go", line: 30},
	}
	s := &profile.Sample{Value: b.values(int(smp.CostInvlpg), &counts{cycles: cycles}), Label: map[string][]string{"alloc": {alloc}}}
	for _, f := range stack {
		s.Location = append(s.Location, b.location(f))
	}
	b.p.Sample = append(b.p.Sample, s)
	return b.p
}

func bytesOf(t testing.TB, p *profile.Profile) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, data []byte) (*profile.Profile, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.pb.gz")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(name)
}

func TestReadWhatWasWritten(t *testing.T) {
	p := sample(t, "lwbuf", 7)
	q, err := read(t, bytesOf(t, p))
	if err != nil {
		t.Fatal(err)
	}
	if Total(q, "cycles") != 7 || Total(q, "time") != 7 || Total(q, "lockwait_cycles") != 0 {
		t.Errorf("totals %d, %d", Total(q, "cycles"), Total(q, "time"))
	}
}

func TestReadRefuses(t *testing.T) {
	whole := bytesOf(t, sample(t, "lwbuf", 7))
	var twice bytes.Buffer
	z := gzip.NewWriter(&twice)
	_, _ = z.Write(whole)
	_ = z.Close()
	foreign := sample(t, "lwbuf", 7)
	foreign.Comments = nil
	other := sample(t, "lwbuf", 7)
	other.SampleType[0].Type = "samples"
	bare := sample(t, "lwbuf", 7)
	bare.Location[0].Line = nil
	none := sample(t, "lwbuf", 7)
	none.Sample = nil
	for name, k := range map[string]struct {
		data []byte
		want string
	}{
		"empty":                    {nil, "empty: not a profile"},
		"half":                     {whole[:len(whole)/2], "not a profile, or cut off"},
		"one byte less":            {whole[:len(whole)-1], "not a profile, or cut off"},
		"zipped twice":             {twice.Bytes(), "not a profile, or cut off"},
		"text":                     {[]byte("cycles 12\nmore\n"), "not a profile, or cut off"},
		"foreign":                  {bytesOf(t, foreign), "of another program"},
		"other types":              {bytesOf(t, other), "of another program"},
		"frame without a function": {bytesOf(t, bare), "of another program"},
		"no samples":               {bytesOf(t, none), "without samples"},
	} {
		_, err := read(t, k.data)
		if err == nil || !strings.Contains(err.Error(), k.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", name, err, k.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	whole := bytesOf(f, sample(f, "lwbuf", 7))
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := read(t, data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("more than one line: %q", err)
			}
			return
		}
		if err := WriteTop(&bytes.Buffer{}, p, "cycles", 10); err != nil {
			t.Fatal(err)
		}
		if _, err := Diff(p, p); err != nil && strings.Contains(err.Error(), "\n") {
			t.Fatal(err)
		}
	})
}

func TestDiffPutsDesignsOnTheSameFrames(t *testing.T) {
	d, err := Diff(sample(t, "naive", 10), sample(t, "lwbuf", 4))
	if err != nil {
		t.Fatal(err)
	}
	var top bytes.Buffer
	if err := WriteTop(&top, d, "cycles", 5); err != nil {
		t.Fatal(err)
	}
	want := "-6 cycles: difference: X/alloc=lwbuf on m, less X/alloc=naive on m\n  -6  -60.0 %  design.allocator.Alloc → KenterQuick → invlpg\n"
	if top.String() != want {
		t.Errorf("got %q\nwant %q", top.String(), want)
	}
	if n := len(d.Function); n != 4 {
		t.Errorf("%d functions: the designs' frames are not one", n)
	}
	if _, err := Diff(d, d); err == nil {
		t.Error("a difference was taken for a profile")
	}
}

// TestMergedProfilesSayWhatTheyAre: what go tool pprof -proto makes of several files is no longer one cell's.
func TestMergedProfilesSayWhatTheyAre(t *testing.T) {
	merge := func(list ...*profile.Profile) *profile.Profile {
		p, err := profile.Merge(list)
		if err != nil {
			t.Fatal(err)
		}
		p, err = read(t, bytesOf(t, p))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	base := sample(t, "naive", 10)
	base.SetLabel("pprof::base", []string{"true"})
	base.Scale(-1)
	for want, p := range map[string]*profile.Profile{
		"2 cells merged: X/alloc=naive on m; X/alloc=lwbuf on m":  merge(sample(t, "naive", 1), sample(t, "lwbuf", 2)),
		"difference: X/alloc=lwbuf on m, less X/alloc=naive on m": merge(sample(t, "lwbuf", 2), base),
		"difference: X/alloc=naive on m, less the same":           merge(sample(t, "naive", 2), base),
		"X/alloc=naive on m": merge(sample(t, "naive", 2), sample(t, "naive", 3)),
	} {
		if got := describe(p); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		page, err := FlameGraph(p, "cycles")
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Comments) > 2 && !strings.Contains(string(page), html.EscapeString(title(strings.TrimPrefix(want, difference)))) {
			t.Errorf("the flame graph does not say %q", want)
		}
	}
}

func TestFlameGraphIsOneFile(t *testing.T) {
	p := sample(t, "lwbuf", 7)
	page, err := FlameGraph(p, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"KenterQuick", "invlpg", "stackViewer(", "#view,#sample"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page has no %q", want)
		}
	}
	for _, bad := range []string{`src="`, `href="http`, "@import"} {
		if bytes.Contains(page, []byte(bad)) {
			t.Errorf("the page needs more than itself: %s", bad)
		}
	}
	// pprof keeps its last configuration in globals: the next page must not be affected
	if _, err := FlameGraph(p, "time"); err != nil {
		t.Fatal(err)
	}
	again, err := FlameGraph(p, "")
	if err != nil || !bytes.Equal(page, again) {
		t.Errorf("the same page is another one after a page of another type (%v)", err)
	}
	if _, err := FlameGraph(p, "calories"); err == nil {
		t.Error("a type that is none was rendered")
	}
}
