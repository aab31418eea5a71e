package mutants

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
)

//go:embed patches/*.patch
var patches embed.FS

// Nothing is the Want of a mutant that is not a bug.
const Nothing = "nothing"

// Mutant is one bug of the collection.
type Mutant struct {
	Name   string // of its file, without .patch
	Design string // registered name of the design to check
	// Speculative makes TLBs fill for pages that no instruction touches, as --speculative does.
	Speculative bool
	Set         []string // tunables as --set takes them: "objcache.capacity=4"
	Want        []string // kinds of failure of which one must be found; only Nothing: none may be found
	History     string   // one line
	Files       []string // what it changes, as slash-separated paths from the repository's root
	changes     []change // of Files
}

// All returns the collection, sorted by name. It panics if an embedded patch is not well-formed, which the package's
// tests exclude. The values may be kept and changed.
func All() []Mutant {
	entries, err := patches.ReadDir("patches")
	if err != nil {
		panic(err)
	}
	all := make([]Mutant, 0, len(entries))
	for _, e := range entries {
		text, err := patches.ReadFile("patches/" + e.Name())
		if err != nil {
			panic(err)
		}
		m, err := Parse(strings.TrimSuffix(e.Name(), path.Ext(e.Name())), string(text))
		if err != nil {
			panic(err)
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Mutant) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// WantText returns Want as a header writes it: "leak or panic".
func (m *Mutant) WantText() string { return strings.Join(m.Want, " or ") }

// Apply returns the changed text of each file of m. read returns the text of a file of the repository; its errors are
// passed on. The error names the place at which a file has changed so that the mutant no longer fits.
func (m *Mutant) Apply(read func(path string) (string, error)) (map[string]string, error) {
	out := make(map[string]string, len(m.Files))
	for _, c := range m.changes {
		text, err := read(c.path)
		if err != nil {
			return nil, err
		}
		if out[c.path], err = c.apply(text); err != nil {
			return nil, fmt.Errorf("mutant %s: %w", m.Name, err)
		}
	}
	return out, nil
}

// Parse reads one patch file, NAME.patch. The error is one line that names the file and the problem.
func Parse(name, text string) (m Mutant, err error) {
	m.Name = name
	head, diff, _ := strings.Cut(text, "\n--- ")
	if err := m.header(head); err != nil {
		return m, fmt.Errorf("%s.patch: %w", name, err)
	}
	if m.changes, err = parseDiff("--- " + diff); err != nil {
		return m, fmt.Errorf("%s.patch: %w", name, err)
	}
	for _, c := range m.changes {
		m.Files = append(m.Files, c.path)
	}
	return m, nil
}

func (m *Mutant) header(head string) error {
	for i, line := range strings.Split(head, "\n") {
		if more, ok := strings.CutPrefix(line, "  "); ok && m.History != "" {
			m.History += " " + strings.TrimSpace(more)
			continue
		}
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "design":
			m.Design = value
		case "set":
			m.Set = append(m.Set, value)
		case "speculative":
			m.Speculative = value == "yes"
		case "want":
			m.Want = strings.Split(value, " or ")
		case "history":
			m.History = value
		default:
			return fmt.Errorf("line %d: %q is not a header: write design, set, speculative, want or history", i+1, line)
		}
	}
	if m.Design == "" || len(m.Want) == 0 || m.History == "" {
		return fmt.Errorf("it needs a design, a want and a history")
	}
	if slices.Contains(m.Want, Nothing) && len(m.Want) > 1 {
		return fmt.Errorf("want %q: either nothing or kinds of failure", m.WantText())
	}
	return nil
}
