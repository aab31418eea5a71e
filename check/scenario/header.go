package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// The TLBs of scenarios: one that evicts nothing and one that evicts almost everything.
const (
	roomy = "4x4"
	tiny  = "1x1"
)

// Config reads the header lines of a scenario. base is the machine whose costs apply; designs are those that the line
// "design" may name. The error is one line with its place in the file.
func Config(t *ops.Trace, base *mmu.Spec, designs []*allocators.Design) (*interleave.Config, error) {
	spec := *base
	spec.KernelGlobal = true
	s := &interleave.Config{Spec: &spec, Tune: allocators.Tuning{}}
	for _, h := range t.Header {
		if err := readLine(s, &spec, h, designs); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", t.File, h.Line, err)
		}
	}
	if s.Design == nil {
		return nil, fmt.Errorf("%s: no header line names a design: expected for example \"design lwbuf\"", t.File)
	}
	return s, nil
}

func readLine(s *interleave.Config, spec *mmu.Spec, h ops.HeaderLine, designs []*allocators.Design) (err error) {
	switch h.Key {
	case "design":
		i := slices.IndexFunc(designs, func(d *allocators.Design) bool { return d.Name == h.Text })
		if i < 0 {
			return fmt.Errorf("design %.60s: no such design (lwbench list allocators)", h.Text)
		}
		s.Design = designs[i]
	case "set":
		return set(s, h.Text)
	case "kva":
		if s.KVAPages, err = strconv.Atoi(h.Text); err != nil || s.KVAPages < 1 || s.KVAPages > mmu.DefaultKVAPages {
			return fmt.Errorf("kva %.40s: expected 1 to %d pages", h.Text, mmu.DefaultKVAPages)
		}
	case "kernel_global":
		spec.KernelGlobal, err = yes(h)
	case "speculate":
		spec.Speculate, err = yes(h)
	case "run":
		return mode(s, h.Text)
	case "tlb":
		return tlb(spec, h.Text)
	}
	return err
}

func yes(h ops.HeaderLine) (bool, error) {
	if h.Text != "yes" && h.Text != "no" {
		return false, fmt.Errorf("%s %.40s: expected yes or no", h.Key, h.Text)
	}
	return h.Text == "yes", nil
}

// tlb reads SETSxWAYS of a TLB of one level.
func tlb(spec *mmu.Spec, text string) error {
	a, b, ok := strings.Cut(text, "x")
	sets, err1 := strconv.Atoi(a)
	ways, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || sets < 1 || sets > 1024 || sets&(sets-1) != 0 || ways < 1 || ways > 64 {
		return fmt.Errorf("tlb %.40s: expected sets and ways, as in 4x4; sets are a power of two up to 1024, ways 1 to 64", text)
	}
	spec.TLB = mmu.TLBSpec{L1Sets: sets, L1Ways: ways}
	return nil
}

// modeWord is a word of the header line "run".
type modeWord struct {
	word string
	on   func(*interleave.Config) bool
	set  func(*interleave.Config)
}

// modes are the ways in which a search makes a run.
var modes = []modeWord{
	{"drained", func(s *interleave.Config) bool { return s.Thorough }, func(s *interleave.Config) { s.Thorough = true }},
	{
		"coarse", func(s *interleave.Config) bool { return s.Granularity == smp.OrderedPoints },
		func(s *interleave.Config) { s.Granularity = smp.OrderedPoints },
	},
	{
		"statements", func(s *interleave.Config) bool { return s.Granularity == smp.Statements },
		func(s *interleave.Config) { s.Granularity = smp.Statements },
	},
	{"visible", func(s *interleave.Config) bool { return s.Visible }, func(s *interleave.Config) { s.Visible = true }},
	{"races", func(s *interleave.Config) bool { return s.Races }, func(s *interleave.Config) { s.Races = true }},
	{"past", func(s *interleave.Config) bool { return s.Past }, func(s *interleave.Config) { s.Past = true }},
}

func mode(s *interleave.Config, text string) error {
	for _, word := range strings.Split(text, ",") {
		i := slices.IndexFunc(modes, func(k modeWord) bool { return k.word == word })
		if i < 0 {
			return fmt.Errorf("run %.40s: expected some of drained, coarse, statements, visible, races, past, joined by commas", word)
		}
		modes[i].set(s)
	}
	return nil
}

// Mode returns the text of the header line "run" for a configuration, or an empty string.
func Mode(s *interleave.Config) string {
	var words []string
	for _, k := range modes {
		if k.on(s) {
			words = append(words, k.word)
		}
	}
	return strings.Join(words, ",")
}

func set(s *interleave.Config, text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok || s.Design == nil {
		return fmt.Errorf("set %.60s: expected tunable=value below the line of the design", text)
	}
	k, ok := s.Design.Tunable(name)
	if !ok {
		return fmt.Errorf("set %.60s: %s has no such tunable (lwbench list tunables)", text, s.Design.Name)
	}
	n, err := k.Parse(value)
	if err != nil {
		return err
	}
	s.Tune[name] = n
	return nil
}

// headerLines writes the header lines of a scenario.
func headerLines(d *allocators.Design, tune allocators.Tuning, kva int, more ...ops.HeaderLine) []ops.HeaderLine {
	list := []ops.HeaderLine{{Key: "design", Text: d.Name}}
	for _, k := range d.Tunables {
		if v, ok := tune[k.Name]; ok {
			list = append(list, ops.HeaderLine{Key: "set", Text: k.Name + "=" + k.Format(v)})
		}
	}
	list = append(list, ops.HeaderLine{Key: "kva", Text: strconv.Itoa(kva)})
	return append(list, more...)
}

// On returns the scenario with d in the header instead of the design that it names, if any. Tunables of the header
// that d lacks become d's tunables with the same last word (naive.nsfbufs becomes sfbuf.nsfbufs), or else are dropped
// and returned in lost, as "lwbuf.count=1"; those of tune are added.
func On(t *ops.Trace, d *allocators.Design, tune allocators.Tuning) (u *ops.Trace, lost []string) {
	s := *t
	s.Header = []ops.HeaderLine{{Key: "design", Text: d.Name}}
	for _, h := range t.Header {
		name := ""
		if h.Key == "set" {
			var value string
			name, value, _ = strings.Cut(h.Text, "=")
			if k, ok := alike(d, name); ok {
				name = k.Name
				h.Text = name + "=" + value
			} else {
				lost = append(lost, h.Text)
				continue
			}
		}
		_, given := tune[name]
		switch {
		case h.Key == "design":
			s.Header[0].Line = h.Line
		case !given:
			s.Header = append(s.Header, h)
		}
	}
	for _, k := range d.Tunables {
		if v, ok := tune[k.Name]; ok {
			s.Header = append(s.Header, ops.HeaderLine{Key: "set", Text: k.Name + "=" + k.Format(v)})
		}
	}
	return &s, lost
}

// alike returns d's tunable of that name, or the one with the same last word.
func alike(d *allocators.Design, name string) (allocators.Tunable, bool) {
	if k, ok := d.Tunable(name); ok {
		return k, true
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	i := slices.IndexFunc(d.Tunables, func(k allocators.Tunable) bool { return strings.HasSuffix(k.Name, "."+last) })
	if i < 0 {
		return allocators.Tunable{}, false
	}
	return d.Tunables[i], true
}
