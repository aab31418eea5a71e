package lint

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// The rules of this house. Each is a function from the tree to complaints, so that each is itself tested on a small bad
// tree (house_rules_test.go). A complaint reads "mmu/tlb.go:212: function Invalidate is 83 lines, at most 70".
var rules = []struct {
	name  string
	check func(*house) []string
}{
	{"ImportEdges", importEdges},
	{"ForbiddenImports", forbiddenImports},
	{"NoGoroutines", noGoroutines},
	{"FileLength", fileLength},
	{"FunctionLength", functionLength},
	{"TestLines", testLines},
	{"PackageNames", packageNames},
	{"PackageComments", packageComments},
	{"ExportedDocumented", exportedDocumented},
	{"ExportedFew", exportedFew},
	{"DesignFolders", designFolders},
	{"DesignsListed", designsListed},
}

func TestHouse(t *testing.T) {
	h := openHouse(t, os.DirFS("../.."))
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, complaint := range r.check(h) {
				t.Error(complaint)
			}
		})
	}
	code, test := h.lines()
	t.Logf("%d lines of code, %d of tests, ratio %.2f (the habit is 0.8 to 1.2)", code, test, float64(test)/float64(code))
}

// house is the tree as the rules see it.
type house struct {
	fset  *token.FileSet
	files []*source         // every Go file, by path
	texts map[string]string // what may quote a command: Markdown, and all under results/
}

// source is one Go file.
type source struct {
	path, dir string // slashes, relative to the root; the root's own dir is ""
	test      bool
	lines     int
	*ast.File
}

// openHouse parses the tree. Folders that start with "." or "_", and testdata, are not part of it.
func openHouse(t *testing.T, fsys fs.FS) *house {
	t.Helper()
	h := &house{fset: token.NewFileSet(), texts: map[string]string{}}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); p != "." && (name == "testdata" || name[0] == '.' || name[0] == '_') {
				return fs.SkipDir
			}
			return nil
		}
		return h.read(fsys, p)
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) read(fsys fs.FS, p string) error {
	goFile := strings.HasSuffix(p, ".go")
	if !goFile && !strings.HasSuffix(p, ".md") && !strings.HasPrefix(p, "results/") {
		return nil
	}
	text, err := fs.ReadFile(fsys, p)
	if err != nil {
		return err
	}
	if !goFile {
		h.texts[p] = string(text)
		return nil
	}
	f, err := parser.ParseFile(h.fset, p, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir := path.Dir(p)
	if dir == "." {
		dir = ""
	}
	h.files = append(h.files, &source{
		path: p, dir: dir, test: strings.HasSuffix(p, "_test.go"), lines: strings.Count(string(text), "\n"), File: f,
	})
	return nil
}

// at writes a complaint about a place in a file.
func (h *house) at(pos token.Pos, format string, args ...any) string {
	p := h.fset.Position(pos)
	return fmt.Sprintf("%s:%d: %s", p.Filename, p.Line, fmt.Sprintf(format, args...))
}

// packages groups the files that are not tests by folder, folders in order of their first file.
func (h *house) packages() (dirs []string, files map[string][]*source) {
	files = map[string][]*source{}
	for _, f := range h.files {
		if f.test {
			continue
		}
		if files[f.dir] == nil {
			dirs = append(dirs, f.dir)
		}
		files[f.dir] = append(files[f.dir], f)
	}
	return dirs, files
}

// lines counts code and tests; the contract that every design's test calls is a test.
func (h *house) lines() (code, test int) {
	for _, f := range h.files {
		if f.test || f.dir == "allocators/alloctest" {
			test += f.lines
		} else {
			code += f.lines
		}
	}
	return code, test
}
