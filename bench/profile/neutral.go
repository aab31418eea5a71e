package profile

import (
	"fmt"
	"path"
	"strings"

	"github.com/google/pprof/profile"
)

// Diff returns the difference of two profiles. The samples of before are negative and marked as pprof's -diff_base
// marks them, so that pprof shows the difference in red and blue. Both profiles are first put on neutral frames,
// because functions of two designs never have the same names.
func Diff(before, after *profile.Profile) (*profile.Profile, error) {
	a, b := neutral(before), neutral(after)
	for _, s := range a.Sample {
		if s.DiffBaseSample() {
			return nil, fmt.Errorf("the profile is itself a difference: give profiles of cells")
		}
	}
	if err := perOperation(a, b, before, after); err != nil {
		return nil, err
	}
	a.SetLabel("pprof::base", []string{"true"})
	a.Scale(-1)
	d, err := profile.Merge([]*profile.Profile{a, b})
	if err != nil {
		return nil, fmt.Errorf("cannot compare the profiles: %w", err)
	}
	d.Comments = append([]string{marks[IsLive(after)]}, difference+describe(after)+", less "+describe(before))
	for _, line := range append(Wrong(after), Wrong(before)...) {
		d.Comments = append(d.Comments, note+line)
	}
	for _, m := range d.Mapping {
		m.File = title(after.Mapping[0].File) + ", less " + title(before.Mapping[0].File)
	}
	d.DefaultSampleType, d.TimeNanos, d.DurationNanos = d.SampleType[0].Type, 0, 0
	return d, d.CheckValid()
}

// marks are the comments that identify profiles, by whether they are of real threads.
var marks = map[bool]string{false: mark, true: liveMark}

// perOperation scales the profile of the cell with more operations to the number of the other, so that the difference
// is not that of two lengths.
func perOperation(a, b, before, after *profile.Profile) error {
	if IsLive(before) != IsLive(after) {
		return fmt.Errorf("cannot compare the profiles: one is of simulated cost and the other of real threads")
	}
	switch n, m := operationsOf(before), operationsOf(after); {
	case n == 0 || m == 0:
	case n > m:
		a.Scale(float64(m) / float64(n))
	default:
		b.Scale(float64(n) / float64(m))
	}
	return nil
}

// neutral returns a copy in which the functions of designs have no package: "naive.(*allocator).Alloc" and
// "lwbuf.(*allocator).Alloc" become one frame, allocator.Alloc. Design frames lose their file and line; shared frames
// keep them.
func neutral(p *profile.Profile) *profile.Profile {
	p = p.Copy()
	for _, f := range p.Function {
		dir, name := path.Split(f.Name)
		pkg, name, _ := strings.Cut(name, ".")
		if dir != designs || pkg == "objcache" {
			continue
		}
		f.Name = "design." + strings.NewReplacer("(*", "", ")", "").Replace(name)
		f.SystemName, f.Filename = f.Name, ""
	}
	for _, l := range p.Location {
		for i := range l.Line {
			if l.Line[i].Function.Filename == "" {
				l.Line[i].Line = 0
			}
		}
	}
	return mergeSame(p)
}

// mergeSame merges functions and locations that have become equal.
func mergeSame(p *profile.Profile) *profile.Profile {
	type key struct {
		name, file string
		line       int64
	}
	funcs, locs := map[[2]string]*profile.Function{}, map[key]*profile.Location{}
	for _, s := range p.Sample {
		for i, l := range s.Location {
			f := l.Line[0].Function
			if have := funcs[[2]string{f.Name, f.Filename}]; have != nil {
				l.Line[0].Function = have
			} else {
				funcs[[2]string{f.Name, f.Filename}] = f
			}
			k := key{f.Name, f.Filename, l.Line[0].Line}
			if have := locs[k]; have != nil {
				s.Location[i] = have
				continue
			}
			locs[k] = l
			l.Address = 0 // each profile numbers its lines independently
		}
	}
	return p.Compact()
}
