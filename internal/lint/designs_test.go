package lint

import (
	"fmt"
	"go/ast"
	"path"
)

// designDirs lists the packages of designs.
func designDirs(m *module) (out []string) {
	dirs, _ := m.packages()
	for _, dir := range dirs {
		if isDesign(dir) {
			out = append(out, dir)
		}
	}
	return out
}

// designFolders holds every package of designs to the same file names, so that a reader of one finds the way in each.
func designFolders(m *module) (out []string) {
	for _, dir := range designDirs(m) {
		for _, name := range []string{"doc.go", "design.go", path.Base(dir) + ".go", path.Base(dir) + "_test.go"} {
			if !m.paths[dir+"/"+name] {
				out = append(out, fmt.Sprintf("%s: has no %s", dir, name))
			}
		}
	}
	return out
}

// designsListed looks for every exported value of a package of designs in allocators/all.
func designsListed(m *module) (out []string) {
	_, files := m.packages()
	inList := map[string]bool{}
	for _, f := range files["allocators/all"] {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := s.X.(*ast.Ident); ok {
					inList[pkg.Name+"."+s.Sel.Name] = true
				}
			}
			return true
		})
	}
	for _, dir := range designDirs(m) {
		values := 0
		for _, f := range files[dir] {
			for _, e := range exports(f) {
				if !e.value {
					continue
				}
				values++
				if !inList[f.Name.Name+"."+e.name] {
					out = append(out, m.at(e.node.Pos(), "design %s.%s is not in allocators/all", f.Name.Name, e.name))
				}
			}
		}
		if values == 0 {
			out = append(out, fmt.Sprintf("%s: exports no allocators.Design", dir))
		}
	}
	return out
}
