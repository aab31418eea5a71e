package lint

import (
	"go/ast"
	"strconv"
	"strings"
)

// importGroups holds the imports of a file to three groups in this order: the standard library, other modules, lwbench.
func importGroups(m *module) (out []string) {
	for _, f := range m.files {
		last, line := -1, 0
		for _, s := range f.Imports {
			group, at := importGroup(s), m.fset.Position(s.Pos()).Line
			if grouped := at == line+1; last >= 0 && (group < last || (group == last) != grouped) {
				out = append(out, m.at(s.Pos(), "%s: import the standard library, other modules and lwbench in groups, in this order", s.Path.Value))
				break
			}
			last, line = group, at
		}
	}
	return out
}

func importGroup(s *ast.ImportSpec) int {
	p, _ := strconv.Unquote(s.Path.Value)
	first, _, _ := strings.Cut(p, "/")
	switch {
	case first == "lwbench":
		return 2
	case strings.Contains(first, "."):
		return 1
	}
	return 0
}
