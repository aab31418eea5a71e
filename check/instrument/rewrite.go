package instrument

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// rewriter collects the edits of one file.
type rewriter struct {
	*pkg
	edits []edit
}

func (w *rewriter) insert(pos token.Pos, text string, opens bool) {
	w.edits = append(w.edits, edit{at: w.fset.Position(pos).Offset, text: text, opens: opens})
}

// wrap puts an expression between two texts, and rewrites the reads on the path to the place that it denotes. Outer
// texts are inserted before inner ones, and closing ones after.
func (w *rewriter) wrap(e ast.Expr, open, shut string) {
	w.insert(e.Pos(), open, true)
	w.way(e)
	w.insert(e.End(), shut, false)
}

// shared reports whether e denotes a place in memory other than a local variable.
func (w *rewriter) shared(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return w.shared(e.X)
	case *ast.StarExpr:
		return w.info.Types[e].IsValue()
	case *ast.SelectorExpr:
		s := w.info.Selections[e]
		if s == nil || s.Kind() != types.FieldVal {
			return false
		}
		return isPointer(w.info.Types[e.X].Type) || s.Indirect() || w.shared(e.X)
	case *ast.IndexExpr:
		switch w.under(e.X).(type) {
		case *types.Slice, *types.Pointer:
			return true
		case *types.Array:
			return w.shared(e.X)
		}
	}
	return false
}

// own reports whether a place holds a type of package smp that reports itself: a lock, a word, a pointer, a queue, a
// line.
func (w *rewriter) own(e ast.Expr) bool {
	t, ok := w.info.Types[e].Type.(*types.Named)
	if !ok || t.Obj().Pkg() == nil || t.Obj().Pkg().Path() != Module+"/mmu/smp" {
		return false
	}
	switch t.Obj().Name() {
	case "SpinLock", "WaitQueue", "Line", "Word", "Pointer":
		return true
	}
	return false
}

// way rewrites the reads on the path to the place e, but not e itself.
func (w *rewriter) way(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		w.way(e.X)
	case *ast.StarExpr:
		w.expr(e.X)
	case *ast.SelectorExpr:
		if !isPointer(w.info.Types[e.X].Type) && w.shared(e.X) {
			w.way(e.X)
		} else {
			w.expr(e.X)
		}
	case *ast.IndexExpr:
		if _, ok := w.under(e.X).(*types.Array); ok && w.shared(e.X) {
			w.way(e.X)
		} else {
			w.expr(e.X)
		}
		w.expr(e.Index)
	default:
		w.expr(e)
	}
}

// constant reports whether a place is a field that never changes after its construction.
func (w *rewriter) constant(e ast.Expr) bool {
	k, ok := e.(*ast.SelectorExpr)
	return ok && !w.changing[w.info.Selections[k].Obj()]
}

// expr rewrites the value of e.
func (w *rewriter) expr(e ast.Expr) {
	if e == nil {
		return
	}
	if w.shared(e) {
		if w.constant(e) || w.own(e) {
			w.way(e)
		} else {
			w.wrap(e, "lwsmp.Read(&", ")")
		}
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		w.expr(e.X)
	case *ast.UnaryExpr:
		w.unary(e)
	case *ast.BinaryExpr:
		w.expr(e.X)
		w.expr(e.Y)
	case *ast.CallExpr:
		w.call(e)
	case *ast.SelectorExpr:
		if w.info.Selections[e] != nil {
			w.expr(e.X)
		}
	case *ast.IndexExpr:
		if w.info.Types[e.X].IsValue() {
			w.expr(e.X)
			w.expr(e.Index)
		}
	case *ast.SliceExpr:
		if _, array := w.under(e.X).(*types.Array); array {
			w.way(e.X)
		} else {
			w.expr(e.X)
		}
		for _, k := range []ast.Expr{e.Low, e.High, e.Max} {
			w.expr(k)
		}
	case *ast.TypeAssertExpr:
		w.expr(e.X)
	case *ast.CompositeLit:
		w.elements(e)
	case *ast.FuncLit:
		w.stmt(e.Body)
	}
}

func (w *rewriter) elements(e *ast.CompositeLit) {
	for _, k := range e.Elts {
		if kv, ok := k.(*ast.KeyValueExpr); ok {
			k = kv.Value
		}
		w.expr(k)
	}
}

// unary rewrites an operator; the address of a literal or of a local variable is an allocation.
func (w *rewriter) unary(e *ast.UnaryExpr) {
	if e.Op != token.AND {
		w.expr(e.X)
		return
	}
	switch x := ast.Unparen(e.X).(type) {
	case *ast.CompositeLit:
		w.insert(e.Pos(), "lwsmp.Made(", true)
		w.elements(x)
		w.insert(e.End(), ")", false)
	case *ast.Ident:
		if v, ok := w.info.Uses[x].(*types.Var); ok && v.Parent() != w.pkg.pkg.Scope() {
			w.insert(e.Pos(), "lwsmp.Made(", true)
			w.insert(e.End(), ")", false)
		}
	default:
		if w.shared(e.X) {
			w.way(e.X)
		} else {
			w.expr(e.X)
		}
	}
}

// call rewrites a call.
func (w *rewriter) call(e *ast.CallExpr) {
	if w.info.Types[e.Fun].IsType() { // a conversion
		w.exprs(e.Args)
		return
	}
	if id, ok := ast.Unparen(e.Fun).(*ast.Ident); ok {
		if _, builtin := w.info.Uses[id].(*types.Builtin); builtin {
			w.builtin(id.Name, e)
			return
		}
	}
	if s, ok := e.Fun.(*ast.SelectorExpr); ok && w.info.Selections[s] != nil {
		w.method(s, e)
	} else {
		w.expr(e.Fun)
	}
	w.exprs(e.Args)
}

func (w *rewriter) exprs(list []ast.Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

// builtin rewrites a call of a built-in function.
func (w *rewriter) builtin(name string, e *ast.CallExpr) {
	switch name {
	case "new", "make":
		made := "lwsmp.Made("
		if name == "make" {
			if _, slice := w.under(e).(*types.Slice); !slice {
				w.exprs(e.Args[1:])
				return
			}
			made = "lwsmp.MadeSlice("
		}
		w.insert(e.Pos(), made, true)
		w.exprs(e.Args[1:])
		w.insert(e.End(), ")", false)
	case "append":
		w.insert(e.Pos(), "lwsmp.MadeSlice(", true)
		w.exprs(e.Args)
		w.insert(e.End(), ")", false)
	case "delete", "clear":
		if w.shared(e.Args[0]) {
			w.wrap(e.Args[0], "*lwsmp.Updated(&", ")")
		} else {
			w.expr(e.Args[0])
		}
		w.exprs(e.Args[1:])
	case "len", "cap":
		if w.info.Types[e].Value == nil { // otherwise it is a compile-time constant
			w.exprs(e.Args)
		}
	default:
		w.exprs(e.Args)
	}
}

// method rewrites the receiver of a method call.
func (w *rewriter) method(s *ast.SelectorExpr, e *ast.CallExpr) {
	fn, _ := w.info.Selections[s].Obj().(*types.Func)
	if fn == nil { // a field that holds a function
		w.expr(s)
		return
	}
	if clock := fn.Pkg() != nil && fn.Pkg().Path() == Module+"/mmu/smp"; clock && (fn.Name() == "Now" || fn.Name() == "Clock" || fn.Name() == "ReadTSC") {
		w.insert(e.Pos(), "lwsmp.Timed(", true)
		w.insert(e.End(), ")", false)
	}
	if !w.takesAddress(s) || !w.shared(s.X) {
		w.expr(s.X)
		return
	}
	switch name := fn.Name(); {
	case fn.Pkg() == w.pkg.pkg, w.own(s.X): // the method reports its accesses itself
		w.way(s.X)
	case strings.HasPrefix(name, "Atomic"):
		write := "true"
		if name == "AtomicHas" || name == "AtomicLoad" {
			write = "false"
		}
		w.wrap(s.X, "lwsmp.Synced(&", ", "+write+")")
	case reads(name):
		w.wrap(s.X, "lwsmp.Looked(&", ")")
	default:
		w.wrap(s.X, "lwsmp.Updated(&", ")")
	}
}

// reads reports, by its name, whether a method of a set or a count is read-only.
func reads(name string) bool {
	switch name {
	case "Has", "Count", "Empty", "Next", "String", "Equal", "Full", "Peek":
		return true
	}
	return false
}
