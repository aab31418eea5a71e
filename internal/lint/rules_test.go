package lint

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// good is a small module that breaks no rule. Each case below replaces some of its files.
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

// bad are modules that break one rule each, with the only complaint.
var bad = []struct {
	name, rule string
	files      map[string]string
	want       string
}{
	{
		"function twice in a script", "ShellFunctions",
		map[string]string{".ci/run": "#!/usr/bin/env bash\nformat() {\n  true\n}\nfunction vet () { true; }\nformat() { false; }\n"},
		".ci/run:6: function format is defined in line 2 already",
	},
	{
		"import of a higher layer", "Layers",
		map[string]string{"mmu/smp/smp.go": "package smp\n\nimport _ \"lwbench/mmu\"\n"},
		"mmu/smp/smp.go:3: mmu/smp imports mmu, which is not below it (internal/lint/layers_test.go)",
	},
	{
		"design imports another", "Layers",
		map[string]string{"allocators/fine/fine.go": "package fine\n\nimport _ \"lwbench/allocators/naive\"\n"},
		"allocators/fine/fine.go:3: allocators/fine imports allocators/naive, which is not below it (internal/lint/layers_test.go)",
	},
	{
		"bench imports the list", "Layers",
		map[string]string{"bench/workload/w.go": "package workload\n\nimport _ \"lwbench/allocators/all\"\n"},
		"bench/workload/w.go:3: bench/workload imports allocators/all, which is not below it (internal/lint/layers_test.go)",
	},
	{
		"check imports bench", "Layers",
		map[string]string{"check/search/s.go": "package search\n\nimport _ \"lwbench/bench/report\"\n"},
		"check/search/s.go:3: check/search imports bench/report, which is not below it (internal/lint/layers_test.go)",
	},
	{
		"import of a package for tests", "Layers",
		map[string]string{"bench/report/r.go": "package report\n\nimport _ \"lwbench/internal/splice\"\n"},
		"bench/report/r.go:3: bench/report imports internal/splice, which is not below it (internal/lint/layers_test.go)",
	},
	{
		"test imports a higher layer", "Layers",
		map[string]string{"allocators/fine/fine_test.go": "package fine\n\nimport _ \"lwbench/bench\"\n"},
		"allocators/fine/fine_test.go:3: a test of allocators/fine imports bench, a higher layer",
	},
	{
		"unknown package", "Layers",
		map[string]string{"attic/a.go": "package attic\n"},
		`attic/a.go:1: package "attic" is not in the order of packages (internal/lint/layers_test.go)`,
	},
	{
		"design needs a library", "Layers",
		map[string]string{"allocators/fine/fine.go": "package fine\n\nimport _ \"go.uber.org/atomic\"\n"},
		"allocators/fine/fine.go:3: allocators/fine imports go.uber.org/atomic: it may import only the standard library",
	},
	{
		"design reads the clock", "ForbiddenImports",
		map[string]string{"allocators/fine/fine.go": "package fine\n\nimport _ \"time\"\n"},
		"allocators/fine/fine.go:3: imports time: a simulation must give the same bytes on every host and in every run",
	},
	{
		"what lies below a forbidden path", "ForbiddenImports",
		map[string]string{"mmu/mmu.go": "package mmu\n\nimport _ \"math/rand/v2\"\n"},
		"mmu/mmu.go:3: imports math/rand/v2: a simulation must give the same bytes on every host and in every run",
	},
	{
		"goroutine", "NoGoroutines",
		map[string]string{"mmu/mmu.go": "package mmu\n\nfunc f() {\n\tgo f()\n}\n"},
		"mmu/mmu.go:4: starts a goroutine: only the virtual clock orders a simulation",
	},
	{
		"select", "NoGoroutines",
		map[string]string{"bench/workload/w.go": "package workload\n\nfunc f() {\n\tselect {}\n}\n"},
		"bench/workload/w.go:4: has a select statement: only the virtual clock orders a simulation",
	},
	{
		"long file", "FileLength",
		map[string]string{"mmu/mmu.go": "package mmu\n" + strings.Repeat("//\n", 500)},
		"mmu/mmu.go:501: file is 501 lines, at most 500",
	},
	{
		"long function", "FunctionLength",
		map[string]string{"mmu/tlb.go": "package mmu\n\nfunc Invalidate() {\n" + strings.Repeat("\n", 69) + "}\n"},
		"mmu/tlb.go:3: function Invalidate is 71 lines, at most 70",
	},
	{
		"vague name", "PackageNames",
		map[string]string{"mmu/util/u.go": "package util\n"},
		"mmu/util/u.go:1: package util: name it after what it holds",
	},
	{
		"short package comment", "PackageComments",
		map[string]string{"mmu/mmu.go": "// Package mmu is short.\npackage mmu\n"},
		"mmu/mmu.go:2: the comment of package mmu is 1 lines, at least 3",
	},
	{
		"method without comment", "Documented",
		map[string]string{"mmu/mmu.go": "package mmu\n\n// T is T.\ntype T[P any] int\n\nfunc (t *T[P]) Len() int { return 0 }\n"},
		"mmu/mmu.go:6: Len is exported and has no comment",
	},
	{
		"constant without comment", "Documented",
		map[string]string{"mmu/mmu.go": "package mmu\n\nconst (\n\tA = 1 // one\n\tB = 2\n)\n"},
		"mmu/mmu.go:5: B is exported and has no comment",
	},
	{
		"command exports", "CommandsExportNothing",
		map[string]string{"cmd/lwbench/main.go": "package main\n\ntype cell int\n\nfunc (cell) String() string { return \"\" }\n\nfunc Run() {}\n"},
		"cmd/lwbench/main.go:7: Run is exported: nothing can import a command",
	},
	{
		"design without its file", "DesignFolders",
		map[string]string{"allocators/odd/doc.go": "package odd\n", "allocators/odd/design.go": "package odd\n\n// Design is listed.\nvar Design = 1\n", "allocators/odd/odd.go": "package odd\n"},
		"allocators/odd: has no odd_test.go",
	},
	{
		"design not listed", "DesignsListed",
		map[string]string{"allocators/fine/design.go": "package fine\n\n// Design is listed; Other is not.\nvar Design, Other = 1, 2\n"},
		"allocators/fine/design.go:4: design fine.Other is not in allocators/all",
	},
	{
		"package of designs without one", "DesignsListed",
		map[string]string{"allocators/fine/design.go": "package fine\n"},
		"allocators/fine: exports no allocators.Design",
	},
	{
		"a module after lwbench", "ImportGroups",
		map[string]string{"bench/report/r.go": "package report\n\nimport (\n\t\"fmt\"\n\n\t\"lwbench/mmu\"\n\n\t\"golang.org/x/perf\"\n)\n"},
		"bench/report/r.go:8: \"golang.org/x/perf\": import the standard library, other modules and lwbench in groups, in this order",
	},
	{
		"a module beside lwbench", "ImportGroups",
		map[string]string{"bench/report/r.go": "package report\n\nimport (\n\t\"fmt\"\n\n\t\"golang.org/x/perf\"\n\t\"lwbench/mmu\"\n)\n"},
		"bench/report/r.go:7: \"lwbench/mmu\": import the standard library, other modules and lwbench in groups, in this order",
	},
	{
		"two groups of lwbench", "ImportGroups",
		map[string]string{"bench/report/r.go": "package report\n\nimport (\n\t\"lwbench/mmu\"\n\n\t\"lwbench/mmu/smp\"\n)\n"},
		"bench/report/r.go:6: \"lwbench/mmu/smp\": import the standard library, other modules and lwbench in groups, in this order",
	},
	{
		"comment cites a file that does not exist", "CitedFiles",
		map[string]string{"mmu/mmu.go": "package mmu\n\n// See mmu/mmu_test.go and mmu/smp.CPU, https://x.org/mmu/no.go, sys/kern/no.c, ./mmu/... and mmu/tlb.go.\n"},
		"mmu/mmu.go:3: cites mmu/tlb.go, which does not exist",
	},
	{
		"comment cites a name that does not exist", "CitedFiles",
		map[string]string{"mmu/mmu.go": "package mmu\n\n// As smp.go and NOTES.md say; kern_sfbuf.c is the kernel's.\n"},
		"mmu/mmu.go:3: cites NOTES.md, which does not exist",
	},
	{
		"help cites a document that does not exist", "CitedFiles",
		map[string]string{"cmd/lwbench/main.go": "package main\n\nvar help = \"see docs/HELP.md\"\n", "docs/README.md": ""},
		"cmd/lwbench/main.go:3: cites docs/HELP.md, which does not exist",
	},
	{
		"document cites a file that does not exist", "CitedFiles",
		map[string]string{"docs/README.md": "[one](../mmu/mmu.go)\n[two](mmu.go), `results/my.txt`, allocators/<name>/, results/NAME.txt, mmu/*.go\n", "results/README.md": ""},
		"docs/README.md:2: cites mmu.go, which does not exist",
	},
}

// tree builds the good module with some files replaced.
func tree(t *testing.T, replace map[string]string) *module {
	t.Helper()
	fsys := fstest.MapFS{}
	files := maps.Clone(good)
	maps.Copy(files, replace)
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return openModule(t, fsys)
}

// TestRules: each rule fails on a bad module with exactly its complaint, and accepts the good one.
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
			t.Errorf("no bad tree for rule %s: a rule that cannot fail is no rule", r.name)
		}
		if got := r.check(tree(t, nil)); got != nil {
			t.Errorf("%s complains of the good tree: %q", r.name, got)
		}
	}
}

func complaints(t *testing.T, rule string, m *module) []string {
	t.Helper()
	for _, r := range rules {
		if r.name == rule {
			return r.check(m)
		}
	}
	t.Fatalf("no rule %s", rule)
	return nil
}
