package validate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lwbench/allocators"
	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/internal/texttab"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// job is one cell, ready to run.
type job struct {
	table int
	name  string
	run   func(ctx context.Context) (map[string]any, error)
}

// prepare looks up the names in the cell.
func (c *cell) prepare(lists plan.Lists) (func(context.Context) (map[string]any, error), error) {
	spec, err := lists.Machine(c.Machine)
	if err != nil {
		return nil, err
	}
	if spec, err = c.change(spec); err != nil {
		return nil, err
	}
	if c.Loop != "" {
		return c.prepareLoop(spec, lists)
	}
	lists.Machine = func(string) (*mmu.Spec, error) { return spec, nil }
	one := 1
	o := plan.Options{
		Alloc: []string{c.Alloc}, Workload: []string{c.Workload}, CPUs: []int{c.CPUs}, Machine: []string{c.Machine},
		Set: single(c.Set), Param: single(c.Param), Ops: c.Ops, Warmup: c.Warmup, Reps: &one,
	}
	g, err := o.Resolve(lists)
	if err != nil {
		return nil, err
	}
	cell := g.Cells()[0]
	return func(ctx context.Context) (map[string]any, error) {
		r, err := cell.Run(ctx, nil, nil)
		if err != nil {
			return nil, err
		}
		return units(r), nil
	}, nil
}

// prepareLoop is prepare for a loop.
func (c *cell) prepareLoop(spec *mmu.Spec, lists plan.Lists) (func(context.Context) (map[string]any, error), error) {
	l, err := findLoop(c.Loop, c.Param)
	if err != nil {
		return nil, err
	}
	s := &setting{spec: spec, cpus: c.CPUs, param: c.Param, tuning: make(allocators.Tuning)}
	if l.design {
		var known []string
		for _, d := range lists.Designs {
			known = append(known, d.Name)
			if d.Name == c.Alloc {
				s.design = d
			}
		}
		if s.design == nil {
			return nil, texttab.Unknown("no allocator", c.Alloc, known)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Set)) {
		if s.design == nil {
			return nil, errors.New("set: the loop runs no design")
		}
		k, ok := s.design.Tunable(name)
		if !ok {
			return nil, fmt.Errorf("%s: %s has no such tunable", name, c.Alloc)
		}
		if s.tuning[name], err = k.Parse(c.Set[name]); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context) (map[string]any, error) { return l.run(ctx, s) }, nil
}

// change applies the cell's changes to the machine.
func (c *cell) change(spec *mmu.Spec) (*mmu.Spec, error) {
	if len(c.With) == 0 {
		return spec, nil
	}
	name := spec.Name
	var figures []mmu.Figure
	for _, k := range slices.Sorted(maps.Keys(c.With)) {
		v := c.With[k]
		name += "," + k + "=" + strconv.FormatFloat(v, 'g', -1, 64)
		figures = append(figures, mmu.Figure{Name: k, Value: v, Assumed: "set by the table"})
	}
	return machines.With(spec, name, figures...)
}

func single(m map[string]string) map[string][]string {
	out := make(map[string][]string)
	for k, v := range m {
		out[k] = []string{v}
	}
	return out
}

// units returns a result's units under names that are valid in an expression.
func units(r *bench.Result) map[string]any {
	out := make(map[string]any)
	for _, u := range bench.Virtual().Units {
		out[identifier(u.Name)] = u.Value(r.Out)
	}
	cycles, _ := out["cycles"].(float64)
	hz := r.Cell.Machine.ClockHz
	out["ns"] = cycles / hz * 1e9
	if cycles > 0 {
		out["ops_s"] = float64(r.Cell.CPUs) * hz / cycles
	}
	return out
}

// identifier converts the name of a unit to one that is valid in an expression.
func identifier(unit string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.TrimSuffix(unit, "/op"))
}

// runJobs runs the jobs and returns the units of each, in list order. The first error cancels the others.
func (p *Plan) runJobs(ctx context.Context, n int, done func()) ([]map[string]any, error) {
	jobs := p.jobs
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	out := make([]map[string]any, len(jobs))
	next := make(chan int, len(jobs))
	for i := range jobs {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range max(1, min(n, len(jobs))) {
		wg.Go(func() {
			for i := range next {
				if ctx.Err() != nil {
					return
				}
				u, err := jobs[i].run(ctx)
				if err != nil {
					stop(fmt.Errorf("%s: cell %s: %w", p.tables[jobs[i].table].Name, jobs[i].name, err))
					return
				}
				mu.Lock()
				out[i] = u
				done()
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return nil, err
	}
	return out, ctx.Err()
}
