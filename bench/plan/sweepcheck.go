package plan

import (
	"fmt"
	"strconv"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// shape is the type of value that a key of a sweep file takes.
type shape struct {
	what  string // in words, for messages
	holds func(ast.Node) bool
	list  bool // a list of them
	table bool // names with a list of them each
}

var (
	aText  = shape{what: "a text", holds: isScalar}
	aFlag  = shape{what: "true or false", holds: isFlag}
	aWhole = shape{what: "a whole number in digits, as 1000", holds: isWhole}
	texts  = shape{what: "a list, as [naive, lwbuf]", holds: isScalar, list: true}
	wholes = shape{what: "a list of whole numbers, as [1, 8, 64]", holds: isWhole, list: true}
	knobs  = shape{what: "names with a list each, as {sfbuf.nsfbufs: [64, 1024]}", holds: isScalar, list: true, table: true}
)

// shapeOf returns the shape of a key's value, and false for an unknown key.
func shapeOf(key string) (shape, bool) {
	switch key {
	case "why", "engine", "ipi-cost":
		return aText, true
	case "exposure":
		return aFlag, true
	case "ops", "warmup", "reps", "seed":
		return aWhole, true
	case "alloc", "workload", "machine", "expect":
		return texts, true
	case "cpus", "kva":
		return wholes, true
	case "set", "param":
		return knobs, true
	}
	return shape{}, false
}

// checkShapes rejects values of the wrong type before the decoder rounds or converts them. It leaves invalid YAML and unknown
// keys to the decoder. The error begins with the line number.
func checkShapes(data []byte) error {
	file, err := parser.ParseBytes(data, 0)
	if err != nil || len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil
	}
	body, ok := file.Docs[0].Body.(ast.MapNode)
	if !ok {
		return fmt.Errorf("%d: expected keys and values, as ops: 1000", lineOfNode(file.Docs[0].Body))
	}
	for each := body.MapRange(); each.Next(); {
		key := each.Key().String()
		s, known := shapeOf(key)
		if !known || each.Value().Type() == ast.NullType {
			continue
		}
		if at := s.mismatch(each.Value()); at != nil {
			return fmt.Errorf("%d: %s: expected %s", lineOfNode(at), key, s.what)
		}
		if n, ok := each.Value().(*ast.IntegerNode); ok && !s.list && s.what == aWhole.what {
			if err := checkSize(key, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// mismatch returns the node that does not have the shape, or nil.
func (s shape) mismatch(n ast.Node) ast.Node {
	switch {
	case s.table:
		m, ok := n.(ast.MapNode)
		if !ok {
			return n
		}
		s.table = false
		for each := m.MapRange(); each.Next(); {
			if at := s.mismatch(each.Value()); at != nil {
				return at
			}
		}
		return nil
	case s.list:
		l, ok := n.(*ast.SequenceNode)
		if !ok {
			return n
		}
		for _, x := range l.Values {
			if !s.holds(x) {
				return x
			}
		}
		return nil
	case !s.holds(n):
		return n
	}
	return nil
}

// checkSize rejects numbers that no key can hold. Options.Resolve checks the ranges.
func checkSize(key string, n *ast.IntegerNode) error {
	text := n.GetToken().Value
	if _, negative := n.Value.(int64); negative && text[0] == '-' && key == "seed" {
		return fmt.Errorf("%d: seed: %s is out of range: choose 0 to %d", lineOfNode(n), text, ^uint64(0))
	}
	if v, large := n.Value.(uint64); large && key != "seed" && v > 1<<62 {
		return fmt.Errorf("%d: %s: %s is out of range", lineOfNode(n), key, text)
	}
	return nil
}

func isScalar(n ast.Node) bool {
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return true
	}
	return false
}

// isWhole reports whether n is a whole number of at most 64 bits: the parser returns larger ones as text or as a float.
func isWhole(n ast.Node) bool {
	i, ok := n.(*ast.IntegerNode)
	if !ok {
		return false
	}
	_, err := strconv.ParseInt(i.GetToken().Value, 0, 64)
	_, err2 := strconv.ParseUint(i.GetToken().Value, 0, 64)
	return err == nil || err2 == nil
}

// isFlag reports whether n is true or false.
func isFlag(n ast.Node) bool {
	_, ok := n.(*ast.BoolNode)
	return ok
}

// lineOfNode returns the number of the line on which n begins.
func lineOfNode(n ast.Node) int { return n.GetToken().Position.Line }
