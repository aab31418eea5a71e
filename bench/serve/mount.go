package serve

import (
	"errors"
	"fmt"
	"net/http"

	pprof "github.com/google/pprof/profile"

	"lwbench/bench/profile"
)

// mount returns pprof's pages for profiles[0], minus profiles[1] if present.
func mount(names []string, profiles []*pprof.Profile) (map[string]http.Handler, error) {
	p := profiles[0]
	if len(profiles) > 1 {
		if names[1] == names[0] {
			return nil, errors.New("choose two different profiles")
		}
		var err error
		if p, err = difference(profiles[1], p); err != nil {
			return nil, err
		}
	}
	pages, err := profile.Pages(p)
	if err != nil {
		return nil, err
	}
	for _, name := range pprofPages {
		if pages["/"+name] == nil {
			return nil, fmt.Errorf("pprof has no page %s", name)
		}
	}
	return pages, nil
}

// difference returns after minus before. Two profiles of lwbench are first mapped to the frames that their designs
// share; others are subtracted as by pprof's -diff_base.
func difference(before, after *pprof.Profile) (*pprof.Profile, error) {
	if profile.Ours(before) && profile.Ours(after) {
		return profile.Diff(before, after)
	}
	base := before.Copy()
	base.SetLabel("pprof::base", []string{"true"})
	base.Scale(-1)
	d, err := pprof.Merge([]*pprof.Profile{after.Copy(), base})
	if err != nil {
		return nil, fmt.Errorf("cannot compare the profiles: %w", err)
	}
	return d, nil
}
