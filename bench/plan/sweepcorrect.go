package plan

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"lwbench/bench/record"
)

// advice says what to write in the place of the value of a key, in which the node at is wrong.
func (s shape) advice(key string, value, at ast.Node) string {
	if text := textOf(at); s.as == lines.as && at != value && text != "" {
		return ": write - " + strconv.Quote(text)
	}
	if right := s.correct(value); right != "" {
		return fmt.Sprintf(": write %s: %s", key, right)
	}
	return strings.TrimSuffix(", as "+s.as, ", as ")
}

// correct returns what was meant by a value that does not have the shape, in the form that the file takes: [1, 2] for 1-2. It
// returns "" where that cannot be said.
func (s shape) correct(n ast.Node) string {
	if !s.table {
		values := s.values(n)
		switch {
		case len(values) == 0:
			return ""
		case s.list:
			return "[" + strings.Join(values, ", ") + "]"
		case len(values) == 1:
			return values[0]
		}
		return ""
	}
	var pairs []string
	for _, p := range settingsOf(n) {
		name, value, _ := strings.Cut(p, "=")
		if name == "" || value == "" {
			return ""
		}
		pairs = append(pairs, fmt.Sprintf("%s: [%s]", name, strings.Join(words(value), ", ")))
	}
	if len(pairs) == 0 {
		return ""
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}

// values returns the corrected words of a node, or nothing if one cannot be corrected.
func (s shape) values(n ast.Node) (list []string) {
	parts := []string{textOf(n)}
	if l, ok := n.(*ast.SequenceNode); ok {
		parts = nil
		for _, x := range l.Values {
			parts = append(parts, textOf(x))
		}
	} else if s.list && s.as != lines.as {
		parts = words(parts[0])
	}
	for _, word := range parts {
		right := s.write(word)
		if word == "" || right == nil {
			return nil
		}
		list = append(list, right...)
	}
	return list
}

// settingsOf returns the pairs NAME=VALUE,… that a node names in one of the forms in which people write them.
func settingsOf(n ast.Node) (list []string) {
	if l, ok := n.(*ast.SequenceNode); ok {
		for _, x := range l.Values {
			list = append(list, settingsOf(x)...)
		}
		return list
	}
	m, ok := n.(ast.MapNode)
	if !ok {
		return []string{textOf(n)}
	}
	for each := m.MapRange(); each.Next(); {
		name := each.Key().GetToken().Value
		switch v := each.Value().(type) {
		case *ast.NullNode:
			list = append(list, name) // {sfbuf.nsfbufs=64}
		case *ast.SequenceNode:
			var parts []string
			for _, x := range v.Values {
				parts = append(parts, textOf(x))
			}
			list = append(list, name+"="+strings.Join(parts, ","))
		default:
			list = append(list, name+"="+textOf(v))
		}
	}
	return list
}

// textOf returns the words of a scalar, or of the key and value that a text with an unquoted colon turned into; "" of
// another node.
func textOf(n ast.Node) string {
	if isScalar(n) {
		return record.OneLine(n.GetToken().Value)
	}
	m, ok := n.(ast.MapNode)
	if !ok {
		return ""
	}
	var parts []string
	for each := m.MapRange(); each.Next(); {
		value := textOf(each.Value())
		if value == "" {
			return ""
		}
		parts = append(parts, each.Key().GetToken().Value+": "+value)
	}
	if len(parts) != 1 {
		return ""
	}
	return parts[0]
}

// words splits a list that lacks its brackets.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", []{}", r) })
}

func asText(s string) []string {
	if strings.ContainsAny(s, ":[]{}") {
		return nil
	}
	return []string{s}
}

// asLine puts a whole line in quotes.
func asLine(s string) []string { return []string{strconv.Quote(s)} }

func asFlag(s string) []string {
	switch strings.ToLower(s) {
	case "yes", "on", "true", "1":
		return []string{"true"}
	case "no", "off", "false", "0":
		return []string{"false"}
	}
	return nil
}

// asWhole takes 1,000 and 1e3 and "1000" for 1000.
func asWhole(s string) []string {
	v, err := strconv.ParseFloat(strings.NewReplacer(",", "", "_", "").Replace(s), 64)
	if err != nil || v != math.Trunc(v) || math.Abs(v) > 1e9 {
		return nil
	}
	return []string{strconv.FormatInt(int64(v), 10)}
}

// asRange takes a whole number, or 1-4 for the numbers 1 to 4.
func asRange(s string) (list []string) {
	lo, hi, isRange := strings.Cut(s, "-")
	if !isRange {
		return asWhole(s)
	}
	a, err := strconv.Atoi(lo)
	b, err2 := strconv.Atoi(hi)
	const most = 32 // in a message
	if err != nil || err2 != nil || b-a >= most {
		return nil
	}
	for ; a <= b; a++ {
		list = append(list, strconv.Itoa(a))
	}
	return list
}
