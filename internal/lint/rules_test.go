package lint

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// good is a small tree that breaks no rule: each case below replaces one file of it.
var good = map[string]string{
	"mmu/mmu.go":                            "// Package mmu is\n// three lines\n// long.\npackage mmu\n\nimport \"lwbench/mmu/smp\"\n\n// T is T.\ntype T smp.S\n",
	"mmu/mmu_test.go":                       "package mmu\n\nimport (\n\t\"testing\"\n\t\"time\"\n)\n\nfunc TestT(t *testing.T) {\n\ttime.Now()\n}\n\n//\n//\n//\n",
	"mmu/smp/smp.go":                        "// Package smp is\n// three lines\n// long.\npackage smp\n\n// S is S.\ntype S int\n",
	"allocators/all/all.go":                 "// Package all is\n// three lines\n// long.\npackage all\n\nimport \"lwbench/allocators/fine\"\n\n// Designs is the list.\nvar Designs = []any{&fine.Design}\n",
	"allocators/fine/doc.go":                "// Package fine is\n// three lines\n// long.\npackage fine\n",
	"allocators/fine/design.go":             "package fine\n\n// Design is fine.\nvar Design = 1\n",
	"allocators/fine/fine.go":               "package fine\n",
	"allocators/fine/fine_test.go":          "package fine\n\nimport _ \"lwbench/allocators/alloctest\"\n" + strings.Repeat("//\n", 20),
	"cmd/lwbench/main.go":                   "// Command lwbench is\n// three lines\n// long.\npackage main\n\nfunc main() {}\n",
	"allocators/fine/testdata/not/go/at.go": "not parsed",
}

// bad are trees that break one rule each, with what must be said of them.
var bad = []struct {
	name, rule string
	files      map[string]string
	want       string
}{
	{
		"ground floor imports upward", "ImportEdges",
		map[string]string{"mmu/smp/smp.go": "package smp\n\nimport _ \"lwbench/mmu\"\n"},
		"mmu/smp/smp.go:3: mmu/smp imports mmu, may import [mmu/smp/host]",
	},
	{
		"design imports another", "ImportEdges",
		map[string]string{"allocators/fine/fine.go": "package fine\n\nimport _ \"lwbench/allocators/naive\"\n"},
		"allocators/fine/fine.go:3: allocators/fine imports allocators/naive, may import [allocators allocators/objcache allocators/lwbuf mmu mmu/smp]",
	},
	{
		"bench imports the list", "ImportEdges",
		map[string]string{"bench/workload/w.go": "package workload\n\nimport _ \"lwbench/allocators/all\"\n"},
		"bench/workload/w.go:3: bench/workload imports allocators/all, may import [bench/input bench/input/blocktrace bench/input/weblog allocators allocators/handle allocators/ops mmu mmu/smp]",
	},
	{
		"test reaches a floor up", "ImportEdges",
		map[string]string{"allocators/fine/fine_test.go": "package fine\n\nimport _ \"lwbench/bench\"\n"},
		"allocators/fine/fine_test.go:3: a test of allocators/fine imports bench, which stands on it",
	},
	{
		"unknown room", "ImportEdges",
		map[string]string{"attic/a.go": "package attic\n"},
		`attic/a.go:1: package "attic" has no row in the table of import edges (house_imports_test.go)`,
	},
	{
		"design needs a library", "ImportEdges",
		map[string]string{"allocators/fine/fine.go": "package fine\n\nimport _ \"go.uber.org/atomic\"\n"},
		"allocators/fine/fine.go:3: allocators/<design> imports go.uber.org/atomic, needs nothing but the standard library",
	},
	{
		"design reads the clock", "ForbiddenImports",
		map[string]string{"allocators/fine/fine.go": "package fine\n\nimport _ \"time\"\n"},
		"allocators/fine/fine.go:3: imports time: a machine or a design must give the same bytes on every host and in every run",
	},
	{
		"what lies below a forbidden path", "ForbiddenImports",
		map[string]string{"mmu/mmu.go": "package mmu\n\nimport _ \"math/rand/v2\"\n"},
		"mmu/mmu.go:3: imports math/rand/v2: a machine or a design must give the same bytes on every host and in every run",
	},
	{
		"goroutine", "NoGoroutines",
		map[string]string{"mmu/mmu.go": "package mmu\n\nfunc f() {\n\tgo f()\n}\n"},
		"mmu/mmu.go:4: starts a goroutine: the order of a simulation is the clock's alone",
	},
	{
		"select", "NoGoroutines",
		map[string]string{"bench/workload/w.go": "package workload\n\nfunc f() {\n\tselect {}\n}\n"},
		"bench/workload/w.go:4: selects: the order of a simulation is the clock's alone",
	},
	{
		"long file", "FileLength",
		map[string]string{"mmu/mmu.go": "package mmu\n" + strings.Repeat("//\n", 300)},
		"mmu/mmu.go:301: file is 301 lines, at most 300",
	},
	{
		"long function", "FunctionLength",
		map[string]string{"mmu/tlb.go": "package mmu\n\nfunc Invalidate() {\n" + strings.Repeat("\n", 69) + "}\n"},
		"mmu/tlb.go:3: function Invalidate is 71 lines, at most 70",
	},
	{
		"no tests", "TestLines",
		map[string]string{"mmu/mmu.go": "package mmu\n" + strings.Repeat("//\n", 299)},
		"37 lines of tests for 331 of code: 0.11, at least 0.45",
	},
	{
		"vague name", "PackageNames",
		map[string]string{"mmu/util/u.go": "package util\n"},
		"mmu/util/u.go:1: package util: name it after what it holds",
	},
	{
		"short package comment", "PackageComments",
		map[string]string{"mmu/mmu.go": "// Package mmu is short.\npackage mmu\n"},
		`mmu/mmu.go:2: the package comment of "mmu" is 1 lines, at least 3`,
	},
	{
		"method without comment", "ExportedDocumented",
		map[string]string{"mmu/mmu.go": "package mmu\n\n// T is T.\ntype T[P any] int\n\nfunc (t *T[P]) Len() int { return 0 }\n"},
		"mmu/mmu.go:6: Len is exported and has no comment",
	},
	{
		"constant without comment", "ExportedDocumented",
		map[string]string{"mmu/mmu.go": "package mmu\n\nconst (\n\tA = 1 // one\n\tB = 2\n)\n"},
		"mmu/mmu.go:5: B is exported and has no comment",
	},
	{
		"command exports", "ExportedFew",
		map[string]string{"cmd/lwbench/main.go": "package main\n\nfunc Run() {}\n"},
		"cmd/lwbench: exports 1 names, 0 to 0: Run",
	},
	{
		"design exports too much", "ExportedFew",
		map[string]string{"allocators/fine/fine.go": "package fine\n\nfunc A() {}\n\ntype B int\n\nconst (\n\tC B = iota\n\tD\n)\n"},
		"allocators/fine: exports 4 names, 1 to 3: Design A B C",
	},
	{
		"design without its file", "DesignFolders",
		map[string]string{"allocators/odd/doc.go": "package odd\n", "allocators/odd/design.go": "package odd\n", "allocators/odd/odd.go": "package odd\n"},
		"allocators/odd: has no odd_test.go",
	},
	{
		"design not listed", "DesignsListed",
		map[string]string{"allocators/fine/design.go": "package fine\n\n// Design is listed; Other is not.\nvar Design, Other = 1, 2\n"},
		"allocators/fine/design.go:4: design fine.Other is not in allocators/all",
	},
}

// tree builds the good tree with some files replaced.
func tree(t *testing.T, replace map[string]string) *house {
	t.Helper()
	fsys := fstest.MapFS{}
	files := maps.Clone(good)
	maps.Copy(files, replace)
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return openHouse(t, fsys)
}

// TestRules shows that each rule can fail, with exactly what it says, and that it leaves a good tree alone.
func TestRules(t *testing.T) {
	tried := map[string]bool{}
	for _, k := range bad {
		tried[k.rule] = true
		t.Run(k.name, func(t *testing.T) {
			if got := complaints(t, k.rule, tree(t, k.files)); !slices.Equal(got, []string{k.want}) {
				t.Errorf("got %q\nwant %q", got, k.want)
			}
		})
	}
	for _, r := range rules {
		if !tried[r.name] {
			t.Errorf("no bad tree for rule %s: a check that cannot fail is no check", r.name)
		}
		if got := r.check(tree(t, nil)); got != nil {
			t.Errorf("%s complains of the good tree: %q", r.name, got)
		}
	}
}

func complaints(t *testing.T, rule string, h *house) []string {
	t.Helper()
	for _, r := range rules {
		if r.name == rule {
			return r.check(h)
		}
	}
	t.Fatalf("no rule %s", rule)
	return nil
}
