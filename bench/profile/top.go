package profile

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/google/pprof/profile"

	"lwbench/internal/texttab"
)

// Kinds lists the sample types of a profile of simulated cost, the default first.
func Kinds() []string { return names(types) }

// LiveKinds lists the sample types of a profile of real threads, the default first.
func LiveKinds() []string { return names(liveTypes) }

func names(types []sampleType) (list []string) {
	for _, t := range types {
		list = append(list, t.name)
	}
	return list
}

// Index returns the index of a sample type among a sample's values; without a name the first. The error for an unknown type
// lists all types of the profile.
func Index(p *profile.Profile, kind string) (int, error) {
	var all []string
	for i, t := range p.SampleType {
		if t.Type == kind || kind == "" {
			return i, nil
		}
		all = append(all, t.Type)
	}
	return 0, texttab.Unknown("no sample type", kind, all)
}

// Total returns the sum of one sample type over the profile; 0 if the profile does not have it.
func Total(p *profile.Profile, kind string) (n int64) {
	i, err := Index(p, kind)
	if err != nil {
		return 0
	}
	for _, s := range p.Sample {
		n += s.Value[i]
	}
	return n
}

// WriteTop prints at most rows lines of source with the largest share of a sample type: the innermost line outside the
// machine, the primitive that it calls, and the kind of cost. For a difference it prints the largest changes. Wrong answers
// are said first.
func WriteTop(w io.Writer, p *profile.Profile, kind string, rows int) error {
	at, err := Index(p, kind)
	if err != nil {
		return err
	}
	kind = p.SampleType[at].Type
	if p.SampleType[at].Unit == "nanoseconds" {
		kind = "ns of " + kind
	}
	sum, base := map[string]int64{}, int64(0)
	diff := false
	for _, s := range p.Sample {
		sum[where(s)] += s.Value[at]
		if s.DiffBaseSample() {
			diff = true
			base -= s.Value[at]
		}
	}
	total := Total(p, p.SampleType[at].Type)
	of, what := total, "of "+describe(p)
	if diff {
		of, what = base, describe(p)
	}
	names := order(sum)
	if _, err := fmt.Fprintf(w, "%s %s: %s\n", texttab.Thousands(float64(total)), strings.ReplaceAll(kind, "_", " "), what); err != nil {
		return err
	}
	for _, line := range Wrong(p) {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	t := texttab.Table{Indent: "  ", Align: "rrl"}
	for i, name := range names {
		if i == rows {
			t.Row("", "", fmt.Sprintf("… and %d more", len(names)-i))
			break
		}
		t.Row(texttab.Thousands(float64(sum[name])), fmt.Sprintf("%.1f %%", 100*float64(sum[name])/float64(max(of, 1))), name)
	}
	return t.Write(w)
}

// order sorts the names by absolute value, then by name, and drops zeros.
func order(sum map[string]int64) (names []string) {
	for name, n := range sum {
		if n != 0 {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := abs(sum[b]) - abs(sum[a]); d != 0 {
			return int(max(-1, min(1, d)))
		}
		return strings.Compare(a, b)
	})
	return names
}

// where names a sample in one line.
func where(s *profile.Sample) string {
	names := []string{s.Location[0].Line[0].Function.Name}
	for _, l := range s.Location[1:] {
		f := l.Line[0].Function
		dir, name := path.Split(f.Name)
		if isMachine(f.Name) {
			names = append(names, name[strings.LastIndexByte(name, '.')+1:])
			continue
		}
		if dir+name == f.Name && f.Filename != "" {
			name = fmt.Sprintf("%s (%s:%d)", name, f.Filename, l.Line[0].Line)
		}
		names = append(names, name)
		break
	}
	slices.Reverse(names)
	return strings.Join(names, " → ")
}

func abs(n int64) int64 { return max(n, -n) }
