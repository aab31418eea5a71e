package instrument

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// pkg is the package of a design.
type pkg struct {
	dir   string // slash-separated, below the root
	fset  *token.FileSet
	files []*ast.File
	names []string // of files, slash-separated
	texts []string
	info  *types.Info
	pkg   *types.Package

	// changing holds the fields that are written outside of constructors, or whose address is taken: the others are
	// constant as long as they are reachable.
	changing map[types.Object]bool
}

// load parses the package in dir.
func load(root, dir string, fset *token.FileSet, changed map[string]string) (*pkg, error) {
	p := &pkg{dir: dir, fset: fset, changing: map[types.Object]bool{}}
	list, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(dir), "*.go"))
	if err != nil {
		return nil, err
	}
	for _, file := range list {
		name := path.Join(dir, filepath.Base(file))
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, ok := changed[name]
		if !ok {
			b, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			text = string(b)
		}
		f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.files, p.names, p.texts = append(p.files, f), append(p.names, name), append(p.texts, text)
	}
	return p, nil
}

// check type-checks the package.
func (p *pkg) check(imp types.Importer) (err error) {
	p.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
	}
	conf := types.Config{Importer: imp}
	if p.pkg, err = conf.Check(Module+"/"+p.dir, p.fset, p.files, p.info); err != nil {
		return fmt.Errorf("%s does not type-check: %w", p.dir, err)
	}
	return nil
}

// rewrite returns the new texts of the files that change.
func (p *pkg) rewrite() map[string]string {
	for _, f := range p.files {
		p.findChanging(f)
	}
	out := map[string]string{}
	for i, f := range p.files {
		w := &rewriter{pkg: p}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				w.stmt(fn.Body)
			}
		}
		if len(w.edits) == 0 {
			continue
		}
		w.insert(f.Name.End(), `; import lwsmp "lwbench/mmu/smp"`, true)
		out[p.names[i]] = w.apply(p.texts[i])
	}
	return out
}

// edit inserts text at an offset, replacing cut bytes.
type edit struct {
	at, cut int
	text    string
	opens   bool // starts an expression, so that it comes after texts that end one
}

// apply makes the edits, in the order of their offsets; at the same offset ends come before starts.
func (w *rewriter) apply(text string) string {
	sort.SliceStable(w.edits, func(a, b int) bool {
		x, y := &w.edits[a], &w.edits[b]
		if x.at != y.at {
			return x.at < y.at
		}
		return !x.opens && y.opens
	})
	var b strings.Builder
	at := 0
	for _, e := range w.edits {
		b.WriteString(text[at:e.at])
		b.WriteString(e.text)
		at = e.at + e.cut
	}
	b.WriteString(text[at:])
	return b.String()
}

// findChanging finds the fields that change.
func (p *pkg) findChanging(f *ast.File) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		makes := strings.HasPrefix(strings.ToLower(fn.Name.Name), "new")
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if !makes && n.Tok != token.DEFINE {
					for _, e := range n.Lhs {
						p.mark(e)
					}
				}
			case *ast.IncDecStmt:
				if !makes {
					p.mark(n.X)
				}
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					p.mark(n.X)
				}
			case *ast.CallExpr:
				p.markCall(n)
			case *ast.SliceExpr:
				if _, ok := p.under(n.X).(*types.Array); ok {
					p.mark(n.X)
				}
			}
			return true
		})
	}
}

// markCall marks the fields that a call changes through a pointer that it takes implicitly.
func (p *pkg) markCall(n *ast.CallExpr) {
	switch f := n.Fun.(type) {
	case *ast.Ident:
		if f.Name == "delete" || f.Name == "clear" {
			p.mark(n.Args[0])
		}
	case *ast.SelectorExpr:
		if p.takesAddress(f) {
			p.mark(f.X)
		}
	}
}

// takesAddress reports whether a selector calls a method with a pointer receiver on a value.
func (p *pkg) takesAddress(f *ast.SelectorExpr) bool {
	sel := p.info.Selections[f]
	if sel == nil || sel.Kind() != types.MethodVal || isPointer(p.info.Types[f.X].Type) {
		return false
	}
	fn, ok := sel.Obj().(*types.Func)
	return ok && fn.Signature().Recv() != nil && isPointer(fn.Signature().Recv().Type())
}

// mark marks the fields on the path to a written place.
func (p *pkg) mark(e ast.Expr) {
	for {
		switch k := e.(type) {
		case *ast.ParenExpr:
			e = k.X
			continue
		case *ast.SelectorExpr:
			sel := p.info.Selections[k]
			if sel == nil || sel.Kind() != types.FieldVal {
				return
			}
			p.changing[sel.Obj()] = true
			if isPointer(p.info.Types[k.X].Type) {
				return
			}
			e = k.X
			continue
		case *ast.IndexExpr:
			if _, ok := p.under(k.X).(*types.Array); ok {
				e = k.X
				continue
			}
		}
		return
	}
}

func (p *pkg) under(e ast.Expr) types.Type {
	if t := p.info.Types[e].Type; t != nil {
		return t.Underlying()
	}
	return nil
}

func isPointer(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}
