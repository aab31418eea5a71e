package plan

import (
	"fmt"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"lwbench/internal/texttab"
	"lwbench/internal/yamlfile"
)

// shape is the type of value that a key of a sweep file takes.
type shape struct {
	what, as string // in words, and an example, for messages
	holds    func(ast.Node) bool
	write    func(string) []string // corrects a word that is meant as such a value; nil where it cannot be
	list     bool                  // a list of them
	table    bool                  // names with a list of them each
}

var (
	aText  = shape{what: "a text", holds: isScalar, write: asText}
	aFlag  = shape{what: "true or false", holds: isFlag, write: asFlag}
	aWhole = shape{what: "a whole number in digits", as: "1000", holds: isWhole, write: asWhole}
	lines  = shape{what: "a list of texts in quotes", as: `["lwbuf: stale = 0"]`, holds: isScalar, write: asLine, list: true}
	texts  = shape{what: "a list", as: "[naive, lwbuf]", holds: isScalar, write: asText, list: true}
	wholes = shape{what: "a list of whole numbers", as: "[1, 8, 64]", holds: isWhole, write: asRange, list: true}
	knobs  = shape{what: "names with a list each", as: "{sfbuf.nsfbufs: [64, 1024]}", holds: isScalar, write: asText, list: true, table: true}
)

// keys are those of a sweep file, as Options has them.
var keys = []string{"why", "alloc", "workload", "cpus", "machine", "kva", "set", "param", "ops", "warmup", "reps", "seed", "engine", "exposure", "ipi-cost", "expect"}

// shapeOf returns the shape of a key's value, and false for an unknown key.
func shapeOf(key string) (shape, bool) {
	switch key {
	case "why", "engine", "ipi-cost":
		return aText, true
	case "exposure":
		return aFlag, true
	case "ops", "warmup", "reps", "seed":
		return aWhole, true
	case "expect":
		return lines, true
	case "alloc", "workload", "machine":
		return texts, true
	case "cpus", "kva":
		return wholes, true
	case "set", "param":
		return knobs, true
	}
	return shape{}, false
}

// checkShapes rejects unknown keys, and values of the wrong type before the decoder rounds or converts them. The error
// begins with the line number and says what to write.
func checkShapes(file *ast.File, data []byte) error {
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil
	}
	body, ok := file.Docs[0].Body.(ast.MapNode)
	if !ok {
		line := lineOfNode(file.Docs[0].Body)
		return fmt.Errorf("%d: %s", line, yamlfile.Explain(data, line, "expected keys and values, as ops: 1000"))
	}
	for each := body.MapRange(); each.Next(); {
		key := each.Key().GetToken().Value
		s, known := shapeOf(key)
		if !known {
			return fmt.Errorf("%d: %w", lineOfNode(each.Key()), texttab.Unknown("no key", key, keys))
		}
		if each.Value().Type() == ast.NullType {
			continue
		}
		if at := s.mismatch(each.Value()); at != nil {
			return fmt.Errorf("%d: %s: expected %s%s", lineOfNode(at), key, s.what, s.advice(key, each.Value(), at))
		}
		if n, ok := each.Value().(*ast.IntegerNode); ok && !s.list && s.as == aWhole.as {
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

// valueLines returns the line of each value of a file that has the right shapes, by its key and the value: "alloc=lwbuf",
// "sfbuf.nsfbufs=64".
func valueLines(n ast.Node) map[string]int {
	m := make(map[string]int)
	var walk func(key string, n ast.Node)
	walk = func(key string, n ast.Node) {
		switch n := n.(type) {
		case *ast.SequenceNode:
			for _, x := range n.Values {
				walk(key, x)
			}
		case ast.MapNode:
			for each := n.MapRange(); each.Next(); {
				name := each.Key().GetToken().Value
				m[key+"="+name] = lineOfNode(each.Key())
				walk(name, each.Value())
			}
		default:
			if n != nil && isScalar(n) {
				m[key+"="+n.GetToken().Value] = lineOfNode(n)
			}
		}
	}
	walk("", n)
	return m
}

// lineOfNode returns the number of the line on which n begins.
func lineOfNode(n ast.Node) int { return n.GetToken().Position.Line }
