package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"lwbench"
	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/sfbuf"
	"lwbench/bench"
	"lwbench/bench/steady"
	"lwbench/bench/workload"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// cell is a small cell of a design.
func cell(t *testing.T, d *allocators.Design) *bench.Cell {
	t.Helper()
	m, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(workload.All(), func(w *workload.Workload) bool { return w.Name == "xio" })
	return &bench.Cell{Engine: bench.Virtual(), Design: d, Workload: workload.All()[i], CPUs: 2, Machine: m, Ops: 10, Warmup: 5, Seed: 1, Reps: 1}
}

func keys(t *testing.T) *Keys {
	t.Helper()
	k, err := NewKeys(lwbench.Sources())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func keyOf(t *testing.T, k *Keys, c *bench.Cell) Key {
	t.Helper()
	key, err := k.Cell(c)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestKeySaysEverything: whatever determines a cell changes its key, and what does not leaves it.
func TestKeySaysEverything(t *testing.T) {
	k := keys(t)
	base := cell(t, &sfbuf.Design)
	want := keyOf(t, k, base)
	input := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(input, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(c *bench.Cell){
		"design": func(c *bench.Cell) { c.Design = &lwbuf.Fixed },
		"workload": func(c *bench.Cell) {
			c.Workload = workload.All()[slices.IndexFunc(workload.All(), func(w *workload.Workload) bool { return w.Name == "pipe" })]
		},
		"cpus":     func(c *bench.Cell) { c.CPUs = 3 },
		"exposure": func(c *bench.Cell) { c.Engine = c.Engine.WithExposure() },
		"machine": func(c *bench.Cell) {
			m := *c.Machine
			m.Figures = slices.Clone(m.Figures)
			m.Figures[9].Value++
			c.Machine = &m
		},
		"name of the machine": func(c *bench.Cell) {
			m := *c.Machine
			m.Name = "other"
			c.Machine = &m
		},
		"tunable":   func(c *bench.Cell) { c.Set = append(c.Set, struct{ Name, Value string }{"sfbuf.nsfbufs", "64"}) },
		"parameter": func(c *bench.Cell) { c.Param = append(c.Param, struct{ Name, Value string }{"xio.pages", "4"}) },
		"ops":       func(c *bench.Cell) { c.Ops++ },
		"warm-up":   func(c *bench.Cell) { c.Warmup++ },
		"until":     func(c *bench.Cell) { u := steady.Full(2); c.Until = &u },
		"seed":      func(c *bench.Cell) { c.Seed++ },
		"rep":       func(c *bench.Cell) { c.Rep++ },
	} {
		c := *base
		if change(&c); keyOf(t, k, &c) == want {
			t.Errorf("another %s has the same key", name)
		}
	}
	same := *base
	same.WantCosts, same.Reps = true, 4
	if m, err := machines.Load(machines.Default); err == nil {
		same.Machine = m // equal, elsewhere in memory
	}
	if keyOf(t, keys(t), &same) != want {
		t.Error("the same cell has another key")
	}
	moved := *base
	moved.Seed, moved.Rep = 3, 1
	next := *base
	next.Seed = 4
	if keyOf(t, k, &moved) != keyOf(t, k, &next) {
		t.Error("the second repetition of seed 3 is seed 4, with another key")
	}
}

// TestInputIsContents: a cell that reads a file has another key when the file changes; standard input has none.
func TestInputIsContents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	c := cell(t, &sfbuf.Design)
	c.Workload = workload.All()[slices.IndexFunc(workload.All(), func(w *workload.Workload) bool { return w.Name == "accesslog" })]
	c.Param = append(c.Param, struct{ Name, Value string }{"accesslog.file", path})
	var got []Key
	for _, text := range []string{"one", "two", "one"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got = append(got, keyOf(t, keys(t), c))
	}
	if got[0] == got[1] || got[0] != got[2] {
		t.Errorf("keys %v", got)
	}
	c.Param[0].Value = "-"
	if _, err := keys(t).Cell(c); err == nil || !strings.Contains(err.Error(), "standard input") {
		t.Error(err)
	}
	c.Param[0].Value = path + ".none"
	if _, err := keys(t).Cell(c); err == nil || !strings.Contains(err.Error(), "a.log.none") {
		t.Error(err)
	}
	live := cell(t, &sfbuf.Design)
	live.Engine = bench.Live()
	if _, err := keys(t).Cell(live); err == nil {
		t.Error("a cell on real threads has a key")
	}
}

// source is a module of two designs, one built on the other.
func source() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"bench/cell.go":           "package bench\nimport _ \"lwbench/mmu\"",
		"mmu/mmu.go":              "package mmu",
		"mmu/asm_amd64.s":         "// asm",
		"allocators/a/design.go":  "package a\nvar Design = allocators.Design{Name: \"first\"}",
		"allocators/a/alloc.go":   "package a",
		"allocators/a/a_test.go":  "package a",
		"allocators/b/design.go":  "package b\nimport _ \"lwbench/allocators/a\"\nvar D = &allocators.Design{\nName: \"second\"}",
		"allocators/all/all.go":   "package all\nimport (_ \"lwbench/allocators/a\"; _ \"lwbench/allocators/b\")",
		"bench/report/report.go":  "package report",
		"allocators/c/design.go":  "package c\nvar name = \"third\"\nvar D = allocators.Design{Name: name}",
		"bench/testdata/input.go": "package none",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// TestSourceDigest: a change of source changes the digests of what depends on it, and no others.
func TestSourceDigest(t *testing.T) {
	code := func(files fstest.MapFS) (list [3]string) {
		k, err := NewKeys(files)
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range []string{"first", "second", "third"} {
			if list[i], err = k.Code(d); err != nil {
				t.Fatal(err)
			}
		}
		return list
	}
	was := code(source())
	for _, c := range []struct{ file, changes string }{
		{"allocators/a/alloc.go", "yyy"},   // the second is built on the first; where the third is is not known
		{"allocators/b/design.go", "nyy"},  // its own and that
		{"mmu/mmu.go", "yyy"},              // everything
		{"mmu/asm_amd64.s", "yyy"},         // also no Go
		{"allocators/a/a_test.go", "nnn"},  // a test
		{"bench/report/report.go", "nnn"},  // what only shows results
		{"bench/testdata/input.go", "nnn"}, // no source
		{"allocators/all/all.go", "nny"},   // the list
	} {
		files := source()
		files[c.file] = &fstest.MapFile{Data: append(slices.Clone(files[c.file].Data), "\n// changed\n"...)}
		now := code(files)
		for i, want := range c.changes {
			if (now[i] != was[i]) != (want == 'y') {
				t.Errorf("%s: design %d changed: %v", c.file, i, now[i] != was[i])
			}
		}
	}
	if _, err := NewKeys(fstest.MapFS{"a/b.go": {Data: []byte("no Go")}}); err == nil {
		t.Error("source that is no Go was read")
	}
}

// TestOwnSources: the program holds the source of every design by itself.
func TestOwnSources(t *testing.T) {
	s, err := ReadSources(lwbench.Sources())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sfbuf", "lwbuf", "lwbuf-submitted", "kmap-atomic", "vmap-nodes", "segmap"} {
		if dir := s.Design(name); dir == "allocators/all" {
			t.Errorf("%s: declared nowhere", name)
		}
	}
	for dir := range s.packages {
		if _, err := s.Digest(dir); err != nil {
			t.Error(err) // a package that it imports is not embedded
		}
	}
	if a, b := s.Design("lwbuf"), s.Design("sfbuf"); a != "allocators/lwbuf" || b != "allocators/sfbuf" {
		t.Error(a, b)
	}
}

// TestCacheTakesAndGives: a result comes back with the same record; a failure with its cause.
func TestCacheTakesAndGives(t *testing.T) {
	cache, err := OpenCache(filepath.Join(t.TempDir(), "deep", "cache"))
	if err != nil {
		t.Fatal(err)
	}
	runs := 0
	run := Through(cache, keys(t), func(ctx context.Context, c *bench.Cell) (*bench.Result, error) {
		runs++
		return bench.Simulate(ctx, c)
	})
	stuck := *cell(t, &sfbuf.Design)
	stuck.Design = &allocators.Design{Name: "stuck", Grows: "on purpose", New: func(*mmu.Machine, allocators.Tuning) (allocators.Allocator, error) {
		return nil, fmt.Errorf("two\nlines: %w", workload.ErrStarved)
	}}
	for _, c := range []*bench.Cell{cell(t, &sfbuf.Design), &stuck} {
		var texts [2]string
		for i := range texts {
			r, err := run(context.Background(), c)
			if err != nil {
				t.Fatal(err)
			}
			if r.Failed != nil {
				line, _, _ := strings.Cut(r.Failed.Error(), "\n")
				texts[i] = fmt.Sprint(line, r.Failed.Declared(), r.Failed.Stuck())
			} else {
				texts[i] = fmt.Sprint(r.Record(), r.Out.Notes)
			}
		}
		if texts[0] != texts[1] {
			t.Errorf("ran:\n%s\nkept:\n%s", texts[0], texts[1])
		}
	}
	if hits, misses := cache.Hits(); runs != 2 || hits != 2 || misses != 2 {
		t.Errorf("%d runs, %d hits, %d misses", runs, hits, misses)
	}
	failing := Through(cache, keys(t), func(context.Context, *bench.Cell) (*bench.Result, error) { return nil, errors.New("bad input") })
	other := cell(t, &lwbuf.Fixed)
	if _, err := failing(context.Background(), other); err == nil || cache.Load(keyOf(t, keys(t), other)) != nil {
		t.Errorf("%v, or an error was kept", err)
	}
}

// TestDamagedEntry: an entry that was changed, cut, or put under another name counts as absent, and is written again.
func TestDamagedEntry(t *testing.T) {
	dir := t.TempDir()
	cache, err := OpenCache(dir)
	if err != nil {
		t.Fatal(err)
	}
	e := &Entry{Key: Key{1}, Code: "c", Data: []byte(`{"cell":"x","ops":12}`)}
	if err := cache.Save(e); err != nil {
		t.Fatal(err)
	}
	path := cache.path(e.Key)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 * len(good) {
		bad := slices.Clone(good)
		if i < len(good) {
			bad = bad[:i]
		} else {
			bad[i-len(good)] ^= 4
		}
		if i == len(good)-1 || i == 2*len(good)-1 {
			continue // without its line feed it is whole
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if cache.Load(e.Key) != nil {
			t.Fatalf("damage %d was not seen:\n%s", i, bad)
		}
	}
	if err := cache.Save(e); err != nil {
		t.Fatal(err)
	}
	if again, _ := os.ReadFile(path); string(again) != string(good) {
		t.Errorf("written again:\n%s", again)
	}
	elsewhere := cache.path(Key{2})
	if err := errors.Join(os.MkdirAll(filepath.Dir(elsewhere), 0o755), os.WriteFile(elsewhere, good, 0o600)); err != nil {
		t.Fatal(err)
	}
	if cache.Load(Key{2}) != nil {
		t.Error("the entry of another key was taken")
	}
}

// TestManyWriters: writers and readers of the same entries see whole ones only.
func TestManyWriters(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			cache, err := OpenCache(dir)
			if err != nil {
				t.Error(err)
				return
			}
			for n := range testsize.Choose(28, 100, 100) {
				e := &Entry{Key: Key{byte(n % 7)}, Data: fmt.Appendf(nil, `{"cell":"%s"}`, strings.Repeat("x", 300*(n%7)))}
				if err := cache.Save(e); err != nil {
					t.Error(err)
				}
				if got := cache.Load(e.Key); got == nil || string(got.Data) != string(e.Data) {
					t.Errorf("entry %d: %v", n, got)
				}
			}
		})
	}
	wg.Wait()
	cache, err := OpenCache(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for x, err := range cache.Items() {
		if err != nil || x.Unfinished || x.Cell == "" && x.Bytes > 200 {
			t.Errorf("%+v, %v", x, err)
		}
		n++
	}
	if n != 7 {
		t.Errorf("%d items", n)
	}
}

// TestNoCache: a folder of something else is not touched.
func TestNoCache(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "precious"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCache(dir); err == nil || !strings.Contains(err.Error(), "is not a cache of lwbench") {
		t.Error(err)
	}
	if _, err := OpenCache(filepath.Join(dir, "precious", "x")); err == nil {
		t.Error("a cache below a file")
	}
	old := t.TempDir()
	if err := os.WriteFile(filepath.Join(old, marker), []byte("lwbench-store 0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCache(old); err == nil || !strings.Contains(err.Error(), "another version") {
		t.Error(err)
	}
}
