package profile

import (
	"fmt"
	"path"
	"strings"

	"github.com/google/pprof/profile"
)

// Diff returns the difference of two profiles. The samples of before are negative and marked as pprof's -diff_base marks
// them, so that pprof shows the difference in red and blue. Both profiles are first put on neutral frames, because functions
// of two designs never have the same names.
func Diff(before, after *profile.Profile) (*profile.Profile, error) {
	a, b := neutral(before), neutral(after)
	for _, s := range a.Sample {
		if s.DiffBaseSample() {
			return nil, fmt.Errorf("the profile is itself a difference: give profiles of cells")
		}
	}
	a.SetLabel("pprof::base", []string{"true"})
	a.Scale(-1)
	d, err := profile.Merge([]*profile.Profile{a, b})
	if err != nil {
		return nil, fmt.Errorf("cannot compare the profiles: %w", err)
	}
	d.Comments = append([]string{mark}, difference+describe(after)+", less "+describe(before))
	for _, m := range d.Mapping {
		m.File = title(after.Mapping[0].File) + ", less " + title(before.Mapping[0].File)
	}
	d.DefaultSampleType, d.TimeNanos, d.DurationNanos = types[0].name, 0, 0
	return d, d.CheckValid()
}

// neutral returns a copy in which the functions of designs have no package: "naive.(*allocator).Alloc" and
// "lwbuf.(*allocator).Alloc" become one frame, allocator.Alloc. Design frames lose their file and line; shared frames keep them.
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
