package lint

import (
	"fmt"
	"go/ast"
	"slices"
)

const (
	maxFileLines   = 300
	maxMedianLines = 150
	maxFuncLines   = 70
	minTestRatio   = 0.45 // test lines a line of code; the habit is 0.8 to 1.2
)

func fileLength(h *house) (out []string) {
	var all []int
	for _, f := range h.files {
		all = append(all, f.lines)
		if f.lines > maxFileLines {
			out = append(out, fmt.Sprintf("%s:%d: file is %d lines, at most %d", f.path, f.lines, f.lines, maxFileLines))
		}
	}
	slices.Sort(all)
	if n := len(all); n > 0 && all[n/2] > maxMedianLines {
		out = append(out, fmt.Sprintf("the median file is %d lines, at most %d", all[n/2], maxMedianLines))
	}
	return out
}

func functionLength(h *house) (out []string) {
	for _, f := range h.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := h.fset.Position(fn.End()).Line - h.fset.Position(fn.Pos()).Line + 1; n > maxFuncLines {
				out = append(out, h.at(fn.Pos(), "function %s is %d lines, at most %d", fn.Name.Name, n, maxFuncLines))
			}
		}
	}
	return out
}

func testLines(h *house) []string {
	code, test := h.lines()
	if ratio := float64(test) / float64(max(code, 1)); ratio < minTestRatio {
		return []string{fmt.Sprintf("%d lines of tests for %d of code: %.2f, at least %.2f", test, code, ratio, minTestRatio)}
	}
	return nil
}
