package lint

import (
	"fmt"
	"go/ast"
)

const (
	maxFileLines = 500 // a limit, not a goal: most files are under 200
	maxFuncLines = 70
)

func fileLength(m *module) (out []string) {
	for _, f := range m.files {
		if f.lines > maxFileLines {
			out = append(out, fmt.Sprintf("%s:%d: file is %d lines, at most %d", f.path, f.lines, f.lines, maxFileLines))
		}
	}
	return out
}

func functionLength(m *module) (out []string) {
	for _, f := range m.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := m.fset.Position(fn.End()).Line - m.fset.Position(fn.Pos()).Line + 1; n > maxFuncLines {
				out = append(out, m.at(fn.Pos(), "function %s is %d lines, at most %d", fn.Name.Name, n, maxFuncLines))
			}
		}
	}
	return out
}
