package machines

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lwbench/internal/texttab"
	"lwbench/mmu"
)

// Marshal writes a machine as a machine file: its processor, if that is known, and every figure of s.Figures with its
// source, in order. Parse reads it back to an equal Spec. comment, which may have several lines or be empty, goes at
// the top of the file.
func Marshal(s *mmu.Spec, comment string) []byte {
	var b bytes.Buffer
	for line := range strings.Lines(comment) {
		fmt.Fprintf(&b, "# %s\n", strings.TrimSpace(line))
	}
	fmt.Fprintf(&b, "name: %s\ndoc: %s\n", strconv.Quote(s.Name), strconv.Quote(s.Doc))
	if p := s.Processor; p != (mmu.Processor{}) {
		fmt.Fprintf(&b, "processor: {vendor: %s, family: %d, model: %d}\n", strconv.Quote(p.Vendor), p.Family, p.Model)
	}
	var sections []string
	for _, f := range s.Figures {
		if section, _, _ := strings.Cut(f.Name, "."); !slices.Contains(sections, section) {
			sections = append(sections, section)
		}
	}
	for _, section := range sections {
		fmt.Fprintf(&b, "\n%s:\n", section)
		for _, f := range s.Figures {
			if name, ours := strings.CutPrefix(f.Name, section+"."); ours {
				fmt.Fprintf(&b, "  %s: {value: %s, %s}\n", name, written(&f), why(&f))
			}
		}
	}
	return b.Bytes()
}

// written formats the value as in a file: true and false for flags. Values out of range are written as numbers.
func written(f *mmu.Figure) string {
	if (f.Value == 0 || f.Value == 1) && slices.ContainsFunc(keys(), func(k key) bool { return k.name == f.Name && k.min == 0 && k.max == 1 }) {
		return strconv.FormatBool(f.Value != 0)
	}
	return strconv.FormatFloat(f.Value, 'f', -1, 64)
}

func why(f *mmu.Figure) string {
	if f.Assumed != "" {
		return "assumed: " + strconv.Quote(f.Assumed)
	}
	return "source: " + strconv.Quote(f.Source)
}

// With returns a copy of s under another name in which the given figures replace those of the same names. The error,
// one line, names an unknown figure or a value out of range. s does not change.
func With(s *mmu.Spec, name string, figures ...mmu.Figure) (*mmu.Spec, error) {
	t := &mmu.Spec{Name: name, Doc: s.Doc, Processor: s.Processor, Figures: slices.Clone(s.Figures)}
	for _, f := range figures {
		i := slices.IndexFunc(t.Figures, func(g mmu.Figure) bool { return g.Name == f.Name })
		if i < 0 {
			return nil, texttab.Unknown("machine "+s.Name+": no figure", f.Name, keyNames())
		}
		t.Figures[i] = f
	}
	return Parse("machine "+name, Marshal(t, ""))
}

// Changed returns s with other figures: changes is FIGURE=VALUE, several joined by "+", as lock.kinds=2+ipi.icr=3000. The
// name of the machine is that of s, a "+" and the changes. The error is one line.
func Changed(s *mmu.Spec, changes string) (*mmu.Spec, error) {
	var figures []mmu.Figure
	for change := range strings.SplitSeq(changes, "+") {
		name, text, _ := strings.Cut(change, "=")
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("machine %s: %q: expected FIGURE=NUMBER, as lock.kinds=2", s.Name, change)
		}
		figures = append(figures, mmu.Figure{Name: name, Value: v, Assumed: "set with the machine's name"})
	}
	return With(s, s.Name+"+"+changes, figures...)
}

// IsCost reports whether a key is a cost in cycles, as opposed to a size, a limit or a property of the machine.
func IsCost(name string) bool {
	return slices.ContainsFunc(keys(), func(k key) bool { return k.name == name && k.max == most })
}
