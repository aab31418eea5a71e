package lint

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

const (
	maxExported       = 15
	maxExportedDesign = 3
	minPackageComment = 3 // lines
)

// wide are the packages that have outgrown maxExported, with what they may export: the primitives of a kernel and the
// words of a result are many. The numbers may shrink and not grow.
var wide = map[string]int{
	"allocators/ops": 18,
	"bench/record":   27,
	"bench/validate": 18,
	"bench/workload": 21,
	"mmu":            40,
	"mmu/smp":        52,
}

// vague are the names of rooms in which anything may stand.
var vague = []string{"base", "common", "helper", "helpers", "lib", "misc", "shared", "types", "util", "utils"}

func packageNames(h *house) (out []string) {
	for _, f := range h.files {
		if name := strings.TrimSuffix(f.Name.Name, "_test"); slices.Contains(vague, name) || slices.Contains(vague, path.Base(f.dir)) {
			out = append(out, h.at(f.Package, "package %s: name it after what it holds", name))
		}
	}
	return out
}

func packageComments(h *house) (out []string) {
	dirs, files := h.packages()
	for _, dir := range dirs {
		lines := 0
		for _, f := range files[dir] {
			if f.Doc != nil {
				lines = max(lines, strings.Count(f.Doc.Text(), "\n"))
			}
		}
		if lines < minPackageComment {
			out = append(out, h.at(files[dir][0].Package, "the package comment of %q is %d lines, at least %d", dir, lines, minPackageComment))
		}
	}
	return out
}

// export is one exported name, or one block of constants.
type export struct {
	name string
	node ast.Node
	top  bool // declared at the top level; a method is not
	doc  bool
}

// exports lists what a file exports. A block of constants is one name: an enumeration.
func exports(f *source) (out []export) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
				out = append(out, export{d.Name.Name, d, d.Recv == nil, d.Doc != nil})
			}
		case *ast.GenDecl:
			out = append(out, declared(d)...)
		}
	}
	return out
}

// declared lists the exported names of a type, var or const declaration.
func declared(d *ast.GenDecl) (out []export) {
	enum := 0 // exported constants so far
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() {
				out = append(out, export{s.Name.Name, s, true, d.Doc != nil || s.Doc != nil})
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				if !n.IsExported() {
					continue
				}
				if d.Tok.String() == "const" {
					enum++
				}
				out = append(out, export{n.Name, n, enum <= 1, d.Doc != nil || s.Doc != nil || s.Comment != nil})
			}
		}
	}
	return out
}

// receiver is the name of a method's type.
func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

func exportedDocumented(h *house) (out []string) {
	for _, f := range h.files {
		if f.test {
			continue
		}
		for _, e := range exports(f) {
			if !e.doc {
				out = append(out, h.at(e.node.Pos(), "%s is exported and has no comment", e.name))
			}
		}
	}
	return out
}

func exportedFew(h *house) (out []string) {
	dirs, files := h.packages()
	for _, dir := range dirs {
		var names []string
		for _, f := range files[dir] {
			for _, e := range exports(f) {
				if e.top {
					names = append(names, e.name)
				}
			}
		}
		least, most := 0, max(maxExported, wide[dir])
		switch {
		case strings.HasPrefix(dir, "cmd/"):
			most = 0
		case kind(dir) == design:
			least, most = 1, maxExportedDesign
		}
		if n := len(names); n < least || n > most {
			out = append(out, fmt.Sprintf("%s: exports %d names, %d to %d: %s", dir, n, least, most, strings.Join(names, " ")))
		}
	}
	return out
}
