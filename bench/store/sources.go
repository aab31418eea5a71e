package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
)

// Sources holds a digest of each package of the module and what it imports of the module.
type Sources struct {
	packages map[string]*pkg   // by folder
	designs  map[string]string // the folder of each design, by the design's name
	build    string            // the Go version, the architecture, and the versions of other modules
}

type pkg struct {
	digest  [sha256.Size]byte // of its files, tests apart
	imports []string          // folders
}

// module is the prefix of the import paths of this module.
const module = "lwbench/"

// ReadSources reads the source of the module. Tests do not count.
func ReadSources(files fs.FS) (*Sources, error) {
	s := &Sources{packages: make(map[string]*pkg), designs: make(map[string]string), build: build()}
	sums := make(map[string][]byte) // a line for each file, by folder
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/testdata/") {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		p := s.packages[dir]
		if p == nil {
			p = new(pkg)
			s.packages[dir] = p
		}
		sums[dir] = fmt.Appendf(sums[dir], "%s %x\n", path.Base(name), sha256.Sum256(data)) // WalkDir goes in order
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		return s.scan(p, name, data)
	})
	if err != nil {
		return nil, fmt.Errorf("the source of this program: %w", err)
	}
	for dir, p := range s.packages {
		p.digest = sha256.Sum256(sums[dir])
	}
	return s, nil
}

// scan adds what a file imports of the module, and the designs that it declares.
func (s *Sources) scan(p *pkg, name string, data []byte) error {
	mode := parser.ImportsOnly
	if path.Base(name) == "design.go" {
		mode = 0
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, data, mode)
	if err != nil {
		return err
	}
	for _, spec := range file.Imports {
		to, _ := strconv.Unquote(spec.Path.Value)
		if to, ours := strings.CutPrefix(to, module); ours && !slices.Contains(p.imports, to) {
			p.imports = append(p.imports, to)
		}
	}
	if mode != 0 {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok && isDesign(lit) {
			if design := nameIn(lit); design != "" {
				s.designs[design] = path.Dir(name)
			}
		}
		return true
	})
	return nil
}

// isDesign reports whether a literal is an allocators.Design.
func isDesign(lit *ast.CompositeLit) bool {
	sel, ok := lit.Type.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Design" {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == "allocators"
}

// nameIn returns the field Name of a literal if it is a plain string.
func nameIn(lit *ast.CompositeLit) string {
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, isIdent := kv.Key.(*ast.Ident)
		value, isText := kv.Value.(*ast.BasicLit)
		if isIdent && isText && key.Name == "Name" && value.Kind == token.STRING {
			name, _ := strconv.Unquote(value.Value)
			return name
		}
	}
	return ""
}

// Design returns the folder in which a design is declared. A design that is not found there depends on all of them.
func (s *Sources) Design(name string) string {
	if dir, ok := s.designs[name]; ok {
		return dir
	}
	return "allocators/all"
}

// Digest returns a digest of the given packages, of everything of the module that they import, and of the build.
func (s *Sources) Digest(folders ...string) (string, error) {
	var all []string
	for todo := slices.Clone(folders); len(todo) > 0; {
		dir := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if slices.Contains(all, dir) {
			continue
		}
		p := s.packages[dir]
		if p == nil {
			return "", fmt.Errorf("the source of package %s is not in this program", dir)
		}
		all = append(all, dir)
		todo = append(todo, p.imports...)
	}
	slices.Sort(all)
	h := sha256.New()
	fmt.Fprintln(h, s.build)
	for _, dir := range all {
		fmt.Fprintf(h, "%s %x\n", dir, s.packages[dir].digest)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// build describes what else a program is made of.
func build() string {
	text := runtime.Version() + " " + runtime.GOARCH
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, m := range b.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			text += " " + m.Path + "@" + m.Version + " " + m.Sum
		}
	}
	return text
}
