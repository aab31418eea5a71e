package lint

import (
	"fmt"
	"go/ast"
	"path"
)

// designDirs lists the folders of designs.
func designDirs(h *house) (out []string) {
	dirs, _ := h.packages()
	for _, dir := range dirs {
		if kind(dir) == design {
			out = append(out, dir)
		}
	}
	return out
}

// designFolders holds every design to the same file names: whoever knows one room knows all.
func designFolders(h *house) (out []string) {
	have := map[string]bool{}
	for _, f := range h.files {
		have[f.path] = true
	}
	for _, dir := range designDirs(h) {
		for _, name := range []string{"doc.go", "design.go", path.Base(dir) + ".go", path.Base(dir) + "_test.go"} {
			if !have[dir+"/"+name] {
				out = append(out, fmt.Sprintf("%s: has no %s", dir, name))
			}
		}
	}
	return out
}

// designsListed looks for every exported Design value in the list, and for nothing else.
func designsListed(h *house) (out []string) {
	_, files := h.packages()
	listed := map[string]bool{}
	for _, f := range files["allocators/all"] {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := s.X.(*ast.Ident); ok {
					listed[pkg.Name+"."+s.Sel.Name] = true
				}
			}
			return true
		})
	}
	for _, dir := range designDirs(h) {
		for _, f := range files[dir] {
			for _, e := range exports(f) {
				if _, isValue := e.node.(*ast.Ident); isValue && !listed[f.Name.Name+"."+e.name] {
					out = append(out, h.at(e.node.Pos(), "design %s.%s is not in allocators/all", f.Name.Name, e.name))
				}
			}
		}
	}
	return out
}
