package lint

import (
	"go/ast"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// design is the row of every package of designs: those in allocators that have no row of their own.
const design = "allocators/<design>"

// order lists every package that other packages may import, lowest first. A package imports only what is above it here.
var order = []string{
	"", // the sources as data
	"internal/texttab",
	"internal/yamlfile",
	"internal/testsize",
	"internal/hang",
	"internal/reuse",
	"mmu/smp/host",
	"mmu/smp",
	"mmu",
	"mmu/machines",
	"allocators",
	"allocators/objcache",
	"allocators/lwbuf", // sfbuf2009 and sfbuf2010 are built on lwbuf
	design,
	"allocators/handle",
	"allocators/ops",
	"allocators/alloctest",
	"check/instrument",
	"check/mutants",
	"check/schedule",
	"check/interleave",
	"check/scenario",
	"check/search",
	"check/timeline",
	"bench/input",
	"bench/input/records",
	"bench/input/blocktrace",
	"bench/input/capture",
	"bench/input/weblog",
	"bench/steady",
	"bench/workload",
	"bench/spread",
	"bench/sweeps",
	"bench/profile",
	"bench/exposure",
	"bench/record",
	"bench",
	"bench/store",
	"bench/shard",
	"bench/plan",
	"bench/sensitivity",
	"bench/calibrate/lab",
	"bench/calibrate/here",
	"bench/calibrate",
	"bench/validate",
	"bench/compare",
	"bench/report",
	"bench/serve",
	"allocators/all", // only the program knows the list; everything else is given designs
	"bench/ratios",
	"bench/verdicts",
	"cmd/lwbench",
}

// alone are packages that nothing but a test imports, and that import no other package of the module.
var alone = []string{"internal/browser", "internal/lint", "internal/splice", "results/live", "results/newdesign", "results/rbtree"}

// layers are the top folders, lowest first. A test imports only packages of its own layer and the lower ones.
var layers = []string{"internal", "mmu", "allocators", "check", "bench", "cmd", "results", ""}

// repeatable is why the packages below may not import what reads the host.
const repeatable = "a simulation must give the same bytes on every host and in every run"

// forbidden are the imports that would break a promise of a package. A path forbids what is below it, too.
var forbidden = []struct{ under, imports, why string }{
	// mmu/smp imports sync and context: its engines end when a context is cancelled.
	{"mmu/smp", "time math/rand crypto/rand net os io unsafe", repeatable},
	{"mmu allocators allocators/objcache " + design, "sync time math/rand crypto/rand net os io unsafe", repeatable},
	{"mmu/machines", "time crypto/rand net unsafe", repeatable}, // it keeps what it has parsed, under a lock
	{"allocators/ops bench/workload", "sync time crypto/rand net unsafe", repeatable},
	{"allocators/all", "sync time math/rand crypto/rand net os io fmt", "the list of designs has no logic"},
}

// stdOnly are the packages that import nothing but the standard library and this module.
const stdOnly = "mmu/smp mmu allocators allocators/objcache allocators/all allocators/ops " + design

// row is a package as the tables name it.
func row(dir string) string {
	if strings.HasPrefix(dir, "allocators/") && strings.Count(dir, "/") == 1 && !slices.Contains(order, dir) {
		return design
	}
	return dir
}

// isDesign reports whether a folder holds designs.
func isDesign(dir string) bool { return row(dir) == design || dir == "allocators/lwbuf" }

// listed reports whether a table's field names the package.
func listed(field, dir string) bool {
	names := strings.Fields(field)
	return slices.Contains(names, row(dir)) || isDesign(dir) && slices.Contains(names, design)
}

// local splits the module's name from an import path.
func local(spec *ast.ImportSpec) (name string, ours bool) {
	name, _ = strconv.Unquote(spec.Path.Value)
	if name == "lwbench" {
		return "", true
	}
	return strings.CutPrefix(name, "lwbench/")
}

// layer is the index of a folder's layer.
func layer(dir string) int {
	top, _, _ := strings.Cut(dir, "/")
	return slices.Index(layers, top)
}

func layering(m *module) (out []string) {
	unknown := map[string]bool{}
	for _, f := range m.files {
		place := slices.Index(order, row(f.dir))
		if place < 0 && !slices.Contains(alone, f.dir) {
			if !unknown[f.dir] {
				out = append(out, m.at(f.Package, "package %q is not in the order of packages (internal/lint/layers_test.go)", f.dir))
			}
			unknown[f.dir] = true
			continue
		}
		for _, spec := range f.Imports {
			to, ours := local(spec)
			first, _, _ := strings.Cut(to, "/")
			switch {
			case !ours:
				if !f.test && strings.Contains(first, ".") && listed(stdOnly, f.dir) {
					out = append(out, m.at(spec.Pos(), "%s imports %s: it may import only the standard library", f.dir, to))
				}
			case f.test:
				if to != "" && layer(to) > layer(f.dir) { // the module itself is data: its sources
					out = append(out, m.at(spec.Pos(), "a test of %s imports %s, a higher layer", f.dir, to))
				}
			case slices.Contains(alone, to) || slices.Index(order, row(to)) >= place:
				out = append(out, m.at(spec.Pos(), "%s imports %s, which is not below it (internal/lint/layers_test.go)", f.dir, to))
			}
		}
	}
	return out
}

// TestOrderHasOnlyPackages: no row of the table has outlived its package.
func TestOrderHasOnlyPackages(t *testing.T) {
	m := openModule(t, os.DirFS(root))
	for _, dir := range append(slices.Clone(order), alone...) {
		if dir != design && dir != "" && !m.paths[dir] {
			t.Errorf("%s is in the order of packages and does not exist", dir)
		}
	}
}

func forbiddenImports(m *module) (out []string) {
	for _, f := range m.files {
		for _, rule := range forbidden {
			if f.test || !listed(rule.under, f.dir) {
				continue
			}
			for _, spec := range f.Imports {
				to, ours := local(spec)
				under := func(bad string) bool { return to == bad || strings.HasPrefix(to, bad+"/") }
				if !ours && slices.ContainsFunc(strings.Fields(rule.imports), under) {
					out = append(out, m.at(spec.Pos(), "imports %s: %s", to, rule.why))
				}
			}
		}
	}
	return out
}

// noGoroutines keeps the host's scheduler out of the simulation. mmu/smp/host is exempt: it runs the live engine's threads;
// and internal/hang, which watches a simulation from outside.
func noGoroutines(m *module) (out []string) {
	for _, f := range m.files {
		if f.test || f.dir == "mmu/smp/host" || f.dir == "internal/hang" || layer(f.dir) > layer("allocators") && f.dir != "bench/workload" {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.GoStmt:
				out = append(out, m.at(n.Pos(), "starts a goroutine: only the virtual clock orders a simulation"))
			case *ast.SelectStmt:
				out = append(out, m.at(n.Pos(), "has a select statement: only the virtual clock orders a simulation"))
			}
			return true
		})
	}
	return out
}
