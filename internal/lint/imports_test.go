package lint

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// design stands in the tables for every folder that holds designs: those in allocators/ that the table does not name.
const design = "allocators/<design>"

// edges says which packages of this module a package may import. A package that is not here may import none and is
// complained of: whoever adds a room says on which it stands.
var edges = map[string][]string{
	"":                     {},
	"mmu/smp/host":         {},
	"mmu/smp":              {"mmu/smp/host"},
	"mmu":                  {"mmu/smp", "mmu/smp/host"},
	"check/schedule":       {"mmu/smp"},
	"internal/yamlfile":    {},
	"mmu/machines":         {"internal/yamlfile", "mmu", "mmu/smp"},
	"allocators":           {"mmu", "mmu/smp"},
	"allocators/objcache":  {"allocators", "mmu", "mmu/smp"},
	design:                 {"allocators", "allocators/objcache", "allocators/lwbuf", "mmu", "mmu/smp"}, // the newer sf_bufs stand on lwbuf
	"allocators/all":       {"allocators", design},
	"allocators/handle":    {"allocators", "mmu"},
	"allocators/ops":       {"allocators", "allocators/handle", "mmu", "mmu/smp"},
	"allocators/alloctest": {"internal/testsize", "allocators", "allocators/ops", "mmu", "mmu/smp", "mmu/machines"},
	"check/interleave":     {"allocators", "allocators/handle", "allocators/ops", "mmu", "check/schedule", "mmu/smp"},
	"check/scenario":       {"allocators", "check/interleave", "allocators/ops", "mmu"},
	"check/search":         {"internal/texttab", "allocators", "check/interleave", "allocators/ops", "check/scenario", "mmu", "check/schedule"},
	"check/timeline":       {"check/search"},
	"bench/input":          {},
	"bench/input/records":  {"bench/input"},
	"bench/input/weblog":   {"bench/input", "bench/input/records"},
	"bench/workload":       {"bench/input", "bench/input/blocktrace", "bench/input/weblog", "allocators", "allocators/handle", "allocators/ops", "mmu", "mmu/smp"},
	"bench/sweeps":         {},
	"bench/spread":         {},
	"internal/browser":     {},
	"internal/splice":      {},
	"internal/testsize":    {},
	"internal/texttab":     {},
	"internal/lint":        {},
	"bench/profile":        {"internal/texttab", "bench/workload", "mmu", "mmu/smp"},
	"bench/record":         {"bench/workload", "bench/spread", "mmu/smp"},
	"bench":                {"internal/texttab", "bench/input", "bench/record", "bench/workload", "bench/profile", "bench/spread", "allocators", "mmu", "mmu/smp", "mmu/smp/host"},
	"bench/plan":           {"internal/yamlfile", "bench", "bench/input", "bench/record", "bench/profile", "bench/workload", "internal/texttab", "allocators", "mmu", "mmu/smp"},
	"bench/compare":        {"internal/texttab", "bench/record"},
	"bench/report":         {"internal/texttab", "bench", "bench/plan", "bench/record", "bench/spread", "bench/workload", "allocators", "mmu"},
	"check/mutants":        {"internal/texttab"},
	"results/live":         {},
	"results/rbtree":       {},
	"bench/calibrate":      {"mmu", "mmu/machines", "mmu/smp/host"},
	"bench/validate":       {"internal/texttab", "internal/yamlfile", "bench", "bench/plan", "bench/record", "bench/workload", "allocators", "mmu", "mmu/smp", "mmu/machines"},
	"bench/serve":          {"bench", "bench/plan", "bench/record", "bench/profile", "bench/report", "mmu/machines"},

	"bench/input/blocktrace": {"bench/input", "bench/input/records"},
	"bench/input/capture":    {"bench/input", "bench/input/records", "allocators", "allocators/ops"},

	"cmd/lwbench": {
		"internal/texttab", "internal/yamlfile",
		"bench", "bench/input", "bench/input/capture", "bench/plan", "bench/record", "check/mutants", "bench/compare", "bench/profile", "bench/spread", "bench/workload", "bench/sweeps", "allocators", "allocators/all", "allocators/ops",
		"mmu", "mmu/smp", "mmu/machines",
		"bench/report", "bench/serve", "bench/validate", "bench/calibrate", "check/search", "check/timeline", "check/scenario", "check/interleave",
	},
}

// floors are the storeys of the house. A test may import what its own floor or one below it holds.
var floors = []string{"internal", "mmu", "allocators", "check", "bench", "cmd", "results", ""}

// forbidden are the packages that would break a promise of everything in a folder. A path forbids what lies below it.
var forbidden = []struct {
	under   []string
	imports []string
	why     string
}{
	{
		[]string{"mmu/smp"}, // sync is for the engine alone: it hears a cancelled context
		[]string{"time", "math/rand", "crypto/rand", "net", "os", "io", "unsafe"},
		"a machine must give the same bytes on every host and in every run",
	},
	{
		[]string{"mmu", "allocators", "allocators/objcache", design},
		[]string{"sync", "time", "math/rand", "crypto/rand", "net", "os", "io", "unsafe"},
		"a machine or a design must give the same bytes on every host and in every run",
	},
	{
		[]string{"mmu/machines", "allocators/ops", "bench/workload"},
		[]string{"sync", "time", "crypto/rand", "net", "unsafe"},
		"what feeds a simulation must give the same bytes on every host and in every run",
	},
	{
		[]string{"allocators/all"},
		[]string{"sync", "time", "math/rand", "crypto/rand", "net", "os", "io", "fmt"},
		"the list of designs holds no logic",
	},
}

// stdOnly are the packages that need nothing beside Go's own library.
var stdOnly = []string{"mmu/smp", "mmu", "allocators", "allocators/objcache", design, "allocators/all", "allocators/ops"}

// kind is a folder as the tables name it.
func kind(dir string) string {
	if _, ok := edges[dir]; !ok && strings.HasPrefix(dir, "allocators/") && strings.Count(dir, "/") == 1 {
		return design
	}
	return dir
}

// local splits the module's name from an import path.
func local(spec *ast.ImportSpec) (name string, ours bool) {
	name, _ = strconv.Unquote(spec.Path.Value)
	if name == "lwbench" {
		return "", true
	}
	return strings.CutPrefix(name, "lwbench/")
}

// floor is the storey of a folder, the ground being 0.
func floor(dir string) int {
	top, _, _ := strings.Cut(dir, "/")
	return slices.Index(floors, top)
}

func importEdges(h *house) (out []string) {
	for _, f := range h.files {
		allowed, known := edges[kind(f.dir)]
		if !known {
			out = append(out, h.at(f.Package, "package %q has no row in the table of import edges (house_imports_test.go)", f.dir))
			continue
		}
		for _, spec := range f.Imports {
			to, ours := local(spec)
			switch {
			case !ours:
				if first, _, _ := strings.Cut(to, "/"); !f.test && strings.Contains(first, ".") && slices.Contains(stdOnly, kind(f.dir)) {
					out = append(out, h.at(spec.Pos(), "%s imports %s, needs nothing but the standard library", kind(f.dir), to))
				}
			case f.test:
				if floor(to) > floor(f.dir) {
					out = append(out, h.at(spec.Pos(), "a test of %s imports %s, which stands on it", f.dir, to))
				}
			case !slices.Contains(allowed, kind(to)) && !slices.Contains(allowed, to):
				out = append(out, h.at(spec.Pos(), "%s imports %s, may import %v", f.dir, to, allowed))
			}
		}
	}
	return out
}

func forbiddenImports(h *house) (out []string) {
	for _, f := range h.files {
		for _, rule := range forbidden {
			if f.test || !slices.Contains(rule.under, kind(f.dir)) {
				continue
			}
			for _, spec := range f.Imports {
				to, ours := local(spec)
				under := func(bad string) bool { return to == bad || strings.HasPrefix(to, bad+"/") }
				if !ours && slices.ContainsFunc(rule.imports, under) {
					out = append(out, h.at(spec.Pos(), "imports %s: %s", to, rule.why))
				}
			}
		}
	}
	return out
}

// noGoroutines keeps the host's scheduler out of the simulation. mmu/smp/host is what the live engine runs on: there the
// host's threads and its clock are the matter, and nothing of the virtual engine is; the live engine itself stands in
// mmu/smp beside the primitives that it shares, and sees real time and threads through that room only.
func noGoroutines(h *house) (out []string) {
	for _, f := range h.files {
		if f.test || f.dir == "mmu/smp/host" || floor(f.dir) > floor("allocators") && f.dir != "bench/workload" {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.GoStmt:
				out = append(out, h.at(n.Pos(), "starts a goroutine: the order of a simulation is the clock's alone"))
			case *ast.SelectStmt:
				out = append(out, h.at(n.Pos(), "selects: the order of a simulation is the clock's alone"))
			}
			return true
		})
	}
	return out
}
