package instrument

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// stmt rewrites a statement.
func (w *rewriter) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.BlockStmt:
		if s != nil {
			w.stmts(s.List)
		}
	case *ast.ExprStmt:
		w.expr(s.X)
	case *ast.AssignStmt:
		w.assign(s)
	case *ast.IncDecStmt:
		if w.updates(s.X) {
			w.wrap(s.X, "lwsmp.Update(&", fmt.Sprintf(", %q)(1)", s.Tok.String()[:1]))
			w.edits = append(w.edits, edit{at: w.fset.Position(s.TokPos).Offset, cut: 2, opens: true})
			return
		}
		w.update(s.X)
	case *ast.IfStmt:
		w.stmt(s.Init)
		w.expr(s.Cond)
		w.stmt(s.Body)
		w.stmt(s.Else)
	case *ast.ForStmt:
		w.stmt(s.Init)
		w.expr(s.Cond)
		w.stmt(s.Post)
		w.stmt(s.Body)
	case *ast.RangeStmt:
		if _, array := w.under(s.X).(*types.Array); !array {
			w.expr(s.X)
		}
		w.stmt(s.Body)
	case *ast.SwitchStmt:
		w.stmt(s.Init)
		w.expr(s.Tag)
		for _, c := range s.Body.List {
			w.exprs(c.(*ast.CaseClause).List)
			w.stmts(c.(*ast.CaseClause).Body)
		}
	case *ast.TypeSwitchStmt:
		w.stmt(s.Init)
		w.stmt(s.Assign)
		for _, c := range s.Body.List {
			w.stmts(c.(*ast.CaseClause).Body)
		}
	case *ast.ReturnStmt:
		w.exprs(s.Results)
	case *ast.DeferStmt:
		w.call(s.Call)
	case *ast.LabeledStmt:
		w.stmt(s.Stmt)
	case *ast.DeclStmt:
		w.declare(s)
	}
}

func (w *rewriter) stmts(list []ast.Stmt) {
	for _, s := range list {
		w.stmt(s)
	}
}

func (w *rewriter) declare(s *ast.DeclStmt) {
	g, ok := s.Decl.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, k := range g.Specs {
		if v, ok := k.(*ast.ValueSpec); ok {
			w.exprs(v.Values)
		}
	}
}

// assign rewrites an assignment. A single one stores after its value has been computed; for several at once the
// points come first.
func (w *rewriter) assign(s *ast.AssignStmt) {
	switch {
	case s.Tok == token.DEFINE:
	case len(s.Lhs) == 1 && s.Tok == token.ASSIGN && w.shared(s.Lhs[0]):
		e := s.Lhs[0]
		w.wrap(e, "lwsmp.Assign(&", ")(")
		w.edits = append(w.edits, edit{at: w.fset.Position(s.TokPos).Offset, cut: 1, opens: true}) // removes the =
		w.expr(s.Rhs[0])
		w.insert(s.Rhs[0].End(), ")", false)
		return
	case len(s.Lhs) == 1 && slices.Contains(operators, s.Tok) && w.updates(s.Lhs[0]):
		op := strings.TrimSuffix(s.Tok.String(), "=")
		w.wrap(s.Lhs[0], "lwsmp.Update(&", fmt.Sprintf(", %q)(", op))
		w.edits = append(w.edits, edit{at: w.fset.Position(s.TokPos).Offset, cut: len(op) + 1, opens: true})
		w.expr(s.Rhs[0])
		w.insert(s.Rhs[0].End(), ")", false)
		return
	case len(s.Lhs) == 1 && s.Tok != token.ASSIGN:
		w.update(s.Lhs[0])
	default:
		for _, e := range s.Lhs {
			w.store(e)
		}
	}
	w.exprs(s.Rhs)
}

// operators are those that smp.Update supports.
var operators = []token.Token{
	token.ADD_ASSIGN, token.SUB_ASSIGN, token.OR_ASSIGN, token.AND_ASSIGN, token.AND_NOT_ASSIGN, token.XOR_ASSIGN,
}

// updates reports whether e is a shared integer, which is read and written in two steps.
func (w *rewriter) updates(e ast.Expr) bool {
	b, ok := w.under(e).(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0 && w.shared(e)
}

// update rewrites a place that is read and written.
func (w *rewriter) update(e ast.Expr) {
	if w.shared(e) {
		w.wrap(e, "*lwsmp.Updated(&", ")")
	} else {
		w.store(e)
	}
}

// store rewrites a place that is written.
func (w *rewriter) store(e ast.Expr) {
	if w.shared(e) {
		w.wrap(e, "*lwsmp.Written(&", ")")
		return
	}
	switch e := e.(type) {
	case *ast.Ident:
	case *ast.IndexExpr: // a map
		if w.shared(e.X) {
			w.wrap(e.X, "(*lwsmp.Updated(&", "))")
		} else {
			w.expr(e.X)
		}
		w.expr(e.Index)
	default:
		w.expr(e)
	}
}
