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

// root is the module's folder, seen from this package.
const root = "../.."

// rules are functions from the parsed module to complaints.
var rules = []struct {
	name  string
	check func(*module) []string
}{
	{"Layers", layering},
	{"ForbiddenImports", forbiddenImports},
	{"ImportGroups", importGroups},
	{"NoGoroutines", noGoroutines},
	{"FileLength", fileLength},
	{"FunctionLength", functionLength},
	{"PackageNames", packageNames},
	{"PackageComments", packageComments},
	{"Documented", documented},
	{"CommandsExportNothing", commandsExportNothing},
	{"DesignFolders", designFolders},
	{"DesignsListed", designsListed},
	{"CitedFiles", citedFiles},
	{"ShellFunctions", shellFunctions},
}

func TestModule(t *testing.T) {
	m := openModule(t, os.DirFS(root))
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, complaint := range r.check(m) {
				t.Error(complaint)
			}
		})
	}
}

// module is the repository as the rules see it.
type module struct {
	fset  *token.FileSet
	files []*source         // every Go file, by path
	texts map[string]string // Markdown and YAML files, scripts, and every file under results
	paths map[string]bool   // every file and folder
}

// source is one Go file.
type source struct {
	path, dir string // with slashes, relative to the root; the root's own dir is ""
	test      bool
	lines     int
	*ast.File
}

// openModule reads the module. It parses no Go file under testdata.
func openModule(t *testing.T, fsys fs.FS) *module {
	t.Helper()
	m := &module{fset: token.NewFileSet(), texts: map[string]string{}, paths: map[string]bool{}}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == "." {
			return err
		}
		m.paths[p] = true
		if d.IsDir() {
			if name := d.Name(); name == ".git" || name[0] == '_' {
				return fs.SkipDir
			}
			return nil
		}
		return m.read(fsys, p)
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *module) read(fsys fs.FS, p string) error {
	goFile := strings.HasSuffix(p, ".go")
	switch {
	case strings.Contains(p, "testdata/"):
		return nil
	case !goFile && path.Ext(p) != ".md" && path.Ext(p) != ".yaml" && !strings.HasPrefix(p, "results/") && !strings.HasPrefix(p, "scripts/") && !strings.HasPrefix(p, ".ci/"):
		return nil
	}
	text, err := fs.ReadFile(fsys, p)
	if err != nil {
		return err
	}
	if !goFile {
		m.texts[p] = string(text)
		return nil
	}
	f, err := parser.ParseFile(m.fset, p, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir := path.Dir(p)
	if dir == "." {
		dir = ""
	}
	m.files = append(m.files, &source{
		path: p, dir: dir, test: strings.HasSuffix(p, "_test.go"), lines: strings.Count(string(text), "\n"), File: f,
	})
	return nil
}

// at writes a complaint about a place in a Go file.
func (m *module) at(pos token.Pos, format string, args ...any) string {
	p := m.fset.Position(pos)
	return fmt.Sprintf("%s:%d: %s", p.Filename, p.Line, fmt.Sprintf(format, args...))
}

// packages groups the files that are not tests by folder. The folders are in the order of their first file.
func (m *module) packages() (dirs []string, files map[string][]*source) {
	files = map[string][]*source{}
	for _, f := range m.files {
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
