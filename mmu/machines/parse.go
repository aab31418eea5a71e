package machines

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"lwbench/internal/texttab"
	"lwbench/internal/yamlfile"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// ReadFile reads a user's machine file. Errors have the form "FILE:LINE: message".
func ReadFile(path string) (*mmu.Spec, error) {
	data, err := yamlfile.Read(path, "machine file")
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse reads a machine file from memory; filename is for messages only. It checks size and depth before it parses.
func Parse(filename string, data []byte) (*mmu.Spec, error) {
	tree, err := yamlfile.Parse(filename, data)
	if err != nil {
		return nil, err
	}
	r := &reader{file: filename, got: make(map[string]mmu.Figure), line: make(map[string]int), spec: new(mmu.Spec)}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return nil, r.fail(1, "expected one machine, starting with name:")
	}
	if err := r.top(tree.Docs[0].Body); err != nil {
		return nil, err
	}
	if err := r.fill(); err != nil {
		return nil, err
	}
	return r.spec, nil
}

// reader collects a file's numbers before using any, so that missing ones can be reported too.
type reader struct {
	file string
	spec *mmu.Spec
	got  map[string]mmu.Figure
	line map[string]int
}

func (r *reader) fail(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", r.file, line, fmt.Sprintf(format, args...))
}

// pairs returns the entries of a mapping. Other nodes and duplicate keys are errors.
func (r *reader) pairs(n ast.Node, what string) ([]*ast.MappingValueNode, error) {
	var list []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		list = n.Values
	case *ast.MappingValueNode:
		list = []*ast.MappingValueNode{n}
	default:
		return nil, r.fail(lineOf(n), "%s: expected keys and values", what)
	}
	seen := make(map[string]bool)
	for _, p := range list {
		k := p.Key.String()
		if seen[k] {
			return nil, r.fail(lineOf(p.Key), "%s: %q is given twice", what, k)
		}
		seen[k] = true
	}
	return list, nil
}

func lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 1
	}
	return n.GetToken().Position.Line
}

// top reads name, doc and the sections.
func (r *reader) top(n ast.Node) error {
	list, err := r.pairs(n, "machine file")
	if err != nil {
		return err
	}
	for _, p := range list {
		key := p.Key.String()
		s, isText := p.Value.(*ast.StringNode)
		switch {
		case (key == "name" || key == "doc") && (!isText || s.Value == ""):
			return r.fail(lineOf(p.Key), "%s: expected some text", key)
		case (key == "name" || key == "doc") && strings.ContainsFunc(s.Value, unicode.IsControl):
			return r.fail(lineOf(p.Key), "%s: a control character, which a terminal would obey", key)
		case key == "name":
			r.spec.Name = s.Value
		case key == "doc":
			r.spec.Doc = s.Value
		case key == "processor":
			if r.spec.Processor, err = r.processor(p.Value); err != nil {
				return err
			}
		default:
			if err := r.section(key, p.Value); err != nil {
				return err
			}
		}
	}
	if r.spec.Name == "" || r.spec.Doc == "" {
		return r.fail(1, "name: and doc: are required")
	}
	return nil
}

// processor reads {vendor: …, family: …, model: …}. An Arm processor has no family.
func (r *reader) processor(n ast.Node) (p mmu.Processor, err error) {
	list, err := r.pairs(n, "processor")
	if err != nil {
		return p, err
	}
	for _, pair := range list {
		key := pair.Key.String()
		text, isText := pair.Value.(*ast.StringNode)
		at, isNumber := map[string]*int{"family": &p.Family, "model": &p.Model}[key]
		switch {
		case key == "vendor" && isText && text.Value != "" && !strings.ContainsFunc(text.Value, unicode.IsControl):
			p.Vendor = text.Value
		case isNumber:
			v, err := number(pair.Value)
			if err != nil || v != math.Trunc(v) || v < 0 || v > math.MaxUint16 {
				return p, r.fail(lineOf(pair.Key), "processor: %s: expected a whole number from 0 to %d", key, math.MaxUint16)
			}
			*at = int(v)
		default:
			return p, r.fail(lineOf(pair.Key), "processor: expected the text of vendor, and numbers for family and model; not %q", key)
		}
	}
	if p.Vendor == "" {
		return p, r.fail(lineOf(n), "processor: the vendor is missing")
	}
	return p, nil
}

func (r *reader) section(name string, n ast.Node) error {
	list, err := r.pairs(n, name)
	if err != nil {
		return err
	}
	for _, p := range list {
		path := name + "." + p.Key.String()
		f, err := r.figure(path, p.Value)
		if err != nil {
			return err
		}
		r.got[path], r.line[path] = f, lineOf(p.Key)
		r.spec.Figures = append(r.spec.Figures, f)
	}
	return nil
}

// figure reads {value: …, source: …} or {value: …, assumed: …}.
func (r *reader) figure(path string, n ast.Node) (mmu.Figure, error) {
	f := mmu.Figure{Name: path, Value: math.NaN()}
	list, err := r.pairs(n, path)
	if err != nil {
		return f, err
	}
	for _, p := range list {
		text, isText := p.Value.(*ast.StringNode)
		switch key := p.Key.String(); {
		case key == "value":
			if f.Value, err = number(p.Value); err != nil {
				return f, r.fail(lineOf(p.Key), "%s: %v", path, err)
			}
		case key == "source" && isText:
			f.Source = text.Value
		case key == "assumed" && isText:
			f.Assumed = text.Value
		default:
			return f, r.fail(lineOf(p.Key), "%s: expected value, and the text of source or assumed; not %q", path, key)
		}
	}
	switch {
	case math.IsNaN(f.Value):
		return f, r.fail(lineOf(n), "%s: the value is missing", path)
	case (f.Source == "") == (f.Assumed == ""):
		return f, r.fail(lineOf(n), "%s: give its source, or the reason why it is assumed, and not both", path)
	}
	return f, nil
}

func number(n ast.Node) (float64, error) {
	if b, ok := n.(*ast.BoolNode); ok {
		if b.Value {
			return 1, nil
		}
		return 0, nil
	}
	x, err := strconv.ParseFloat(n.String(), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, fmt.Errorf("%q is not a number", n.String())
	}
	return x, nil
}

// keyNames lists the keys of machine files.
func keyNames() (names []string) {
	for _, k := range keys() {
		names = append(names, k.name)
	}
	return names
}

// fill checks every number against its key and stores it in the Spec.
func (r *reader) fill() error {
	known := keyNames()
	for _, f := range r.spec.Figures { // first: a mistyped key is also missing
		if !slices.Contains(known, f.Name) {
			return r.fail(r.line[f.Name], "%v", texttab.Unknown("no key", f.Name, known))
		}
	}
	for _, k := range keys() {
		f, ok := r.got[k.name]
		switch {
		case !ok && r.leavesOut(k.name):
			continue
		case !ok:
			return r.fail(1, "%s is missing", k.name)
		case f.Value < k.min || f.Value > k.max:
			return r.fail(r.line[k.name], "%s: %v is out of range: choose %v to %v", k.name, f.Value, k.min, k.max)
		case f.Value != math.Trunc(f.Value):
			return r.fail(r.line[k.name], "%s: %v is not a whole number", k.name, f.Value)
		}
		k.set(r.spec, f.Value)
	}
	return r.consistent()
}

// leavesOut reports whether key is optional, or belongs to an optional section that the file omits.
func (r *reader) leavesOut(key string) bool {
	section, _, _ := strings.Cut(key, ".")
	return key == kernelKey || section == "tlbi" && !slices.ContainsFunc(r.spec.Figures, func(f mmu.Figure) bool { return strings.HasPrefix(f.Name, section+".") })
}

// consistent checks the relations between numbers.
func (r *reader) consistent() error {
	t, s := r.spec.Topology, r.spec.TLB
	for _, k := range []struct {
		path string
		sets int
	}{{"tlb.l1_sets", s.L1Sets}, {"tlb.l2_sets", s.L2Sets}} {
		if k.sets&(k.sets-1) != 0 {
			return r.fail(r.line[k.path], "%s: %d is not a power of two", k.path, k.sets)
		}
	}
	switch {
	case t.CPUs() > smp.MaxCPUs:
		return r.fail(r.line["topology.sockets"], "topology: %d CPUs: at most %d", t.CPUs(), smp.MaxCPUs)
	case (s.L2Sets == 0) != (s.L2Ways == 0):
		return r.fail(r.line["tlb.l2_sets"], "tlb: a second level has sets and ways, or neither")
	}
	return nil
}
