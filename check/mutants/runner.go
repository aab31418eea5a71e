package mutants

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"lwbench/internal/texttab"
)

// builders is the number of programs built in parallel.
const builders = 2

// Row is one mutant of the table.
type Row struct {
	Mutant string   `json:"mutant"`
	Design string   `json:"design"`
	Want   []string `json:"want"` // as Mutant
	OK     bool     `json:"ok"`   // the search found what is wanted
	Err    string   `json:"error,omitempty"`
	Verdict
}

// Options configures Mutants.
type Options struct {
	Root string        // of the source tree, see Tree
	Time time.Duration // limit for one search
	Seed uint64        // of every search

	build builder // nil is the function build
}

// Choose returns the mutants with these names, in the collection's order; a name may be a pattern of path.Match, and
// no names select all. The error names one that matches nothing.
func Choose(names []string) ([]Mutant, error) {
	all := All()
	if len(names) == 0 {
		return all, nil
	}
	chosen := make([]bool, len(all))
	var known []string
	for i := range all {
		known = append(known, all[i].Name)
	}
	for _, name := range names {
		found := false
		for i, k := range known {
			ok, err := path.Match(name, k)
			if err != nil {
				return nil, fmt.Errorf("mutant %q: %w", name, err)
			}
			chosen[i] = chosen[i] || ok
			found = found || ok
		}
		if !found {
			return nil, texttab.Unknown("no mutant", name, known)
		}
	}
	var out []Mutant
	for i := range all {
		if chosen[i] {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// program is a built mutant.
type program struct {
	dir, bin string
	err      error
}

// Mutants checks each mutant of list and calls tell with its Row, in the order of list. Programs are built ahead, two at a
// time; only one search runs at a time, because a search uses all cores. A failure of one mutant is in its Row and does not
// stop the others. Mutants returns at the first error of tell, when ctx ends, or if no folder for the builds can be made; the
// programs that it built are deleted.
func Mutants(ctx context.Context, o Options, list []Mutant, tell func(Row) error) error {
	if o.build == nil {
		o.build = build
	}
	tmp, err := os.MkdirTemp("", "lwbench-mutants-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()

	programs := make([]chan program, len(list))
	ahead := make(chan struct{}, builders+1) // programs that are built and not yet searched
	work := make(chan int)
	for i := range programs {
		programs[i] = make(chan program, 1)
	}
	wg.Go(func() { feed(ctx, len(list), ahead, work) })
	for range builders {
		wg.Go(func() {
			for i := range work {
				p := program{dir: filepath.Join(tmp, list[i].Name)}
				if p.err = os.Mkdir(p.dir, 0o700); p.err == nil {
					p.bin, p.err = o.build(ctx, o.Root, p.dir, &list[i])
				}
				programs[i] <- p
			}
		})
	}
	for i := range list {
		var p program
		select {
		case p = <-programs[i]:
		case <-ctx.Done():
			return ctx.Err()
		}
		r := row(ctx, o, &list[i], p)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		_ = os.RemoveAll(p.dir)
		<-ahead
		if err := tell(r); err != nil {
			return err
		}
	}
	return nil
}

// feed hands out n mutants to build, not too far ahead.
func feed(ctx context.Context, n int, ahead chan<- struct{}, work chan<- int) {
	defer close(work)
	for i := range n {
		select {
		case ahead <- struct{}{}:
		case <-ctx.Done():
			return
		}
		select {
		case work <- i:
		case <-ctx.Done():
			return
		}
	}
}

// row runs the search of one mutant.
func row(ctx context.Context, o Options, m *Mutant, p program) Row {
	r := Row{Mutant: m.Name, Design: m.Design, Want: m.Want}
	err := p.err
	if err == nil {
		r.Verdict, err = search(ctx, p.bin, m, o.Time, o.Seed)
	}
	if err != nil {
		r.Err = err.Error()
		return r
	}
	got := Nothing
	if r.Found {
		got = r.Kind
	}
	r.OK = slices.Contains(m.Want, got) && r.Declares == "" // what is found without the mutant, too, says nothing of it
	return r
}
