package lint

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	// citedPath is a path with a slash, as in "mmu/tlb.go"; it is ours if it begins with one of the module's top folders.
	citedPath = regexp.MustCompile(`(?:^|[^\w./:~@$<>"\-])((?:\.{1,2}/)*[\w*-][\w.*-]*(?:/[\w.*-]+)+)`)
	// citedName is a file name without a folder. Only names that nothing but a file of this repository has are checked:
	// Go files, but not in tests, which have stubs, and documents in capital letters.
	citedName = regexp.MustCompile(`(?:^|[^\w./<>*-])([A-Za-z]\w*\.go|[A-Z]{3,}\.md)\b`)
	// link is the target of a Markdown link.
	link = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`)
	// placeholder is a name for which the reader fills in one.
	placeholder = regexp.MustCompile(`\b(FILE|NAME|DIR|N)\b`)
	// written is a result that the program writes; .gitignore keeps it out of the repository.
	written = regexp.MustCompile(`^results/[^/]+\.txt$`)
)

// citedFiles looks up every file that a comment, a document, a YAML file, a script or a help text names.
func citedFiles(m *module) (out []string) {
	top, names := map[string]bool{}, map[string]bool{}
	for p := range m.paths {
		first, _, _ := strings.Cut(p, "/")
		top[first] = true
		names[path.Base(p)] = true
	}
	missing := func(text string, bare bool) (cited []string) {
		for _, found := range citedPath.FindAllStringSubmatch(text, -1) {
			p := strings.TrimRight(path.Clean(strings.TrimSuffix(found[1], "/...")), ".")
			if first, _, _ := strings.Cut(p, "/"); top[first] && !m.exists(p) {
				cited = append(cited, p)
			}
		}
		if !bare {
			return cited
		}
		for _, found := range citedName.FindAllStringSubmatch(text, -1) {
			if !names[found[1]] && !placeholder.MatchString(found[1]) {
				cited = append(cited, found[1])
			}
		}
		return cited
	}
	for _, f := range m.files {
		for _, group := range f.Comments {
			for _, c := range group.List {
				for _, cited := range missing(c.Text, !f.test) {
					out = append(out, m.at(c.Pos(), "cites %s, which does not exist", cited))
				}
			}
		}
		if f.test {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			if s, ok := n.(*ast.BasicLit); ok && s.Kind == token.STRING && strings.Contains(s.Value, "docs/") {
				for _, cited := range missing(s.Value, true) {
					out = append(out, m.at(s.Pos(), "cites %s, which does not exist", cited))
				}
			}
			return true
		})
	}
	for _, name := range slices.Sorted(maps.Keys(m.texts)) {
		if strings.HasPrefix(name, "results/") && path.Ext(name) != ".md" {
			continue // data
		}
		for i, line := range strings.Split(m.texts[name], "\n") {
			cited := missing(line, true)
			if path.Ext(name) == ".md" {
				for _, found := range link.FindAllStringSubmatch(line, -1) {
					if !m.paths[path.Join(path.Dir(name), found[1])] {
						cited = append(cited, found[1])
					}
				}
			}
			for _, c := range cited {
				out = append(out, fmt.Sprintf("%s:%d: cites %s, which does not exist", name, i+1, c))
			}
		}
	}
	return out
}

// exists reports whether a cited path is a file or folder of the module, a pattern that matches one, a name of a package
// ("mmu/smp.CPU"), or a result that the program writes.
func (m *module) exists(p string) bool {
	if m.paths[p] || written.MatchString(p) || placeholder.MatchString(p) {
		return true
	}
	if i := strings.LastIndex(p, "."); i > strings.LastIndex(p, "/") && ast.IsExported(p[i+1:]) && m.paths[p[:i]] {
		return true
	}
	if strings.Contains(p, "*") {
		for have := range m.paths {
			if ok, _ := path.Match(p, have); ok {
				return true
			}
		}
	}
	return false
}
