package shard

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"lwbench/bench/record"
	"lwbench/bench/store"
)

// Set is every shard of a grid. Nothing changes it, so that it is safe for concurrent use.
type Set struct {
	Header  // of the first shard
	Entries int
	entries map[store.Key]*store.Entry
}

// ReadSet reads the shards of a grid. problems has a line for each shard that is damaged, of another grid, given twice, or
// missing; with any of them there is no set.
func ReadSet(paths []string) (s *Set, problems []error) {
	files := make(map[string]*file)
	for _, path := range paths {
		f, err := read(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			problems = append(problems, fmt.Errorf("%s: missing: there is no such file", path))
		case err != nil:
			problems = append(problems, fmt.Errorf("%s: foreign: %w", path, record.Cause(err)))
		default:
			files[path] = f
		}
	}
	s = &Set{entries: make(map[store.Key]*store.Entry)}
	s.Header = usual(paths, files)
	first := make([]string, s.Of+1) // the path of each shard
	for _, path := range paths {
		if f := files[path]; f != nil {
			if err := s.add(path, f, first); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", path, err))
			}
		}
	}
	for k := 1; k <= s.Of; k++ {
		if first[k] == "" {
			n := Number{k, s.Of}
			problems = append(problems, fmt.Errorf("shard %s: missing: run %s --shard %s", n, record.Command(s.Args...), n))
		}
	}
	s.Entries = len(s.entries)
	if len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

// usual is the header of the grid that most files are of; of equally many, of the first.
func usual(paths []string, files map[string]*file) (h Header) {
	count, most := make(map[gridOf]int), 0
	for _, f := range files {
		count[f.grid()]++
	}
	for _, path := range paths {
		if f := files[path]; f != nil && count[f.grid()] > most {
			h, most = f.Header, count[f.grid()]
		}
	}
	return h
}

// gridOf is what files of one grid have in common.
type gridOf struct {
	of   int
	grid string
}

func (h *Header) grid() gridOf { return gridOf{h.Of, h.Grid} }

// add adds a file to the set, whose paths by number are in first.
func (s *Set) add(path string, f *file, first []string) error {
	switch {
	case f.grid() != s.grid():
		why := "of another program, or of one with other files"
		if f.Of != s.Of {
			why = fmt.Sprintf("of %d shards, not of %d", f.Of, s.Of)
		} else if !slices.Equal(f.Args, s.Args) {
			why = "of " + record.Command(f.Args...)
		}
		return fmt.Errorf("foreign: %s", why)
	case f.Shard < 1 || f.Shard > s.Of:
		return fmt.Errorf("damaged: shard %s", f.number())
	case first[f.Shard] != "":
		return fmt.Errorf("doubled: shard %s is %s already", f.number(), first[f.Shard])
	}
	first[f.Shard] = path
	if !f.whole {
		return fmt.Errorf("damaged: %w: run %s --shard %s again, it continues", f.problem, record.Command(f.Args...), f.number())
	}
	for _, e := range f.entries {
		if have := s.entries[e.Key]; have != nil && !bytes.Equal(have.Data, e.Data) {
			return fmt.Errorf("damaged: its result of %s differs from another shard's", e.Key)
		}
		s.entries[e.Key] = e
	}
	return nil
}

// Load implements store.Place.
func (s *Set) Load(k store.Key) *store.Entry { return s.entries[k] }

// Save implements store.Place: nothing can be added to a set.
func (s *Set) Save(*store.Entry) error { return errors.New("a set of shards takes no more results") }
