package serve

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/google/pprof/driver"
	"github.com/google/pprof/profile"
)

// mounting guards pprof's configuration, which stands in globals of its packages: one view is made at a time. The pages of
// a finished view may be asked for at once.
var mounting sync.Mutex

// mount makes pprof's pages over profiles[0], less profiles[1] if there is one.
func mount(names []string, profiles []*profile.Profile) (pages map[string]http.Handler, err error) {
	mounting.Lock()
	defer mounting.Unlock()
	byName := map[string]*profile.Profile{names[0]: profiles[0]}
	args := &flags{source: names[0], set: map[string]string{"http": "localhost:1", "no_browser": "true", "symbolize": "none", "sample_index": ""}}
	if len(names) > 1 {
		byName[names[1]] = profiles[1]
		args.base = names[1]
		if names[1] == names[0] {
			return nil, errors.New("a profile does not differ from itself")
		}
	}
	err = driver.PProf(&driver.Options{
		Flagset: args, Fetch: memory(byName), Obj: noTool{}, UI: silence{},
		HTTPServer: func(a *driver.HTTPServerArgs) error {
			pages = a.Handlers
			return nil
		},
	})
	for _, p := range pprofPages {
		if err == nil && pages["/"+p] == nil {
			err = fmt.Errorf("pprof has no page %s", p)
		}
	}
	return pages, err
}

// memory hands profiles to pprof. The empty source keeps pprof from saving a copy under the user's home.
type memory map[string]*profile.Profile

// Fetch returns a copy of a profile.
func (m memory) Fetch(src string, _, _ time.Duration) (*profile.Profile, string, error) {
	p := m[src]
	if p == nil {
		return nil, "", fmt.Errorf("no profile %q", src)
	}
	return p.Copy(), "", nil
}

// flags are pprof's arguments: what is not set has its default, and nothing comes from a command line.
type flags struct {
	source, base string
	set          map[string]string
}

// Bool is a flag of the driver's, as are the others.
func (f *flags) Bool(name string, def bool, _ string) *bool {
	if v, ok := f.set[name]; ok {
		def = v == "true"
	}
	return &def
}

// Int has its default always.
func (f *flags) Int(_ string, def int, _ string) *int { return &def }

// Float64 has its default always.
func (f *flags) Float64(_ string, def float64, _ string) *float64 { return &def }

// String is what was set, or the default.
func (f *flags) String(name, def, _ string) *string {
	if v, ok := f.set[name]; ok {
		def = v
	}
	return &def
}

// StringList holds the base of a difference.
func (f *flags) StringList(name, _, _ string) *[]*string {
	list := []*string{}
	if name == "diff_base" && f.base != "" {
		list = append(list, &f.base)
	}
	return &list
}

// ExtraUsage is empty.
func (f *flags) ExtraUsage() string { return "" }

// AddExtraUsage does nothing.
func (f *flags) AddExtraUsage(string) {}

// Parse returns the profile's name.
func (f *flags) Parse(func()) []string { return []string{f.source} }

// noTool keeps pprof from looking for a binary: there is none.
type noTool struct{}

var errNoBinary = errors.New("a stored profile has no binary")

// Open finds nothing.
func (noTool) Open(string, uint64, uint64, uint64, string) (driver.ObjFile, error) {
	return nil, errNoBinary
}

// Disasm finds nothing.
func (noTool) Disasm(string, uint64, uint64, bool) ([]driver.Inst, error) { return nil, errNoBinary }

// silence is a UI that asks and says nothing.
type silence struct{}

// ReadLine has nobody to ask.
func (silence) ReadLine(string) (string, error) { return "", errors.New("nobody to ask") }

// Print says nothing.
func (silence) Print(...any) {}

// PrintErr says nothing.
func (silence) PrintErr(...any) {}

// IsTerminal is false.
func (silence) IsTerminal() bool { return false }

// WantBrowser is false.
func (silence) WantBrowser() bool { return false }

// SetAutoComplete does nothing.
func (silence) SetAutoComplete(func(string) string) {}
