package lint

import (
	"go/ast"
	"path"
	"slices"
	"strings"
)

// minPackageComment is in lines.
const minPackageComment = 3

// vague are package names that do not say what the package holds.
var vague = []string{"base", "common", "helper", "helpers", "lib", "misc", "shared", "types", "util", "utils"}

func packageNames(m *module) (out []string) {
	for _, f := range m.files {
		if name := strings.TrimSuffix(f.Name.Name, "_test"); slices.Contains(vague, name) || slices.Contains(vague, path.Base(f.dir)) {
			out = append(out, m.at(f.Package, "package %s: name it after what it holds", name))
		}
	}
	return out
}

func packageComments(m *module) (out []string) {
	dirs, files := m.packages()
	for _, dir := range dirs {
		lines := 0
		for _, f := range files[dir] {
			if f.Doc != nil {
				lines = max(lines, strings.Count(f.Doc.Text(), "\n"))
			}
		}
		if lines < minPackageComment {
			out = append(out, m.at(files[dir][0].Package, "the comment of package %s is %d lines, at least %d", dir, lines, minPackageComment))
		}
	}
	return out
}

// export is one exported name.
type export struct {
	name  string
	node  ast.Node
	value bool // a variable or constant
	doc   bool // it has a comment, or its declaration has
}

// exports lists the exported names of a file, methods of exported types among them.
func exports(f *source) (out []export) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
				out = append(out, export{d.Name.Name, d, false, d.Doc != nil})
			}
		case *ast.GenDecl:
			out = append(out, declared(d)...)
		}
	}
	return out
}

// declared lists the exported names of a type, var or const declaration.
func declared(d *ast.GenDecl) (out []export) {
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() {
				out = append(out, export{s.Name.Name, s, false, d.Doc != nil || s.Doc != nil})
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				if n.IsExported() {
					out = append(out, export{n.Name, n, true, d.Doc != nil || s.Doc != nil || s.Comment != nil})
				}
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

func documented(m *module) (out []string) {
	for _, f := range m.files {
		if f.test {
			continue
		}
		for _, e := range exports(f) {
			if !e.doc {
				out = append(out, m.at(e.node.Pos(), "%s is exported and has no comment", e.name))
			}
		}
	}
	return out
}

func commandsExportNothing(m *module) (out []string) {
	for _, f := range m.files {
		if f.test || !strings.HasPrefix(f.dir, "cmd/") {
			continue
		}
		for _, e := range exports(f) {
			if d, ok := e.node.(*ast.FuncDecl); !ok || d.Recv == nil { // a method may satisfy an interface
				out = append(out, m.at(e.node.Pos(), "%s is exported: nothing can import a command", e.name))
			}
		}
	}
	return out
}
