package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/bench"
	"lwbench/check/interleave"
	"lwbench/check/scenario"
	"lwbench/check/search"
	"lwbench/mmu"
)

// saved is a trace with what its header lines and the flags say that it runs on.
type saved struct {
	trace   *ops.Trace
	base    *mmu.Spec
	setting *interleave.Config
}

// designOf returns the design that the header names, or nil; and complains of header lines that say nonsense.
func designOf(t *ops.Trace) ([]string, error) {
	name, ok := t.HeaderValue("design")
	if !ok {
		return nil, nil
	}
	_, err := scenario.Config(t, &mmu.Spec{}, lists().Designs)
	return []string{name}, err
}

// givenTo returns the tunables that the flags give to a cell; its Tuning holds the others too.
func givenTo(cell *bench.Cell) allocators.Tuning {
	given := allocators.Tuning{}
	for _, k := range cell.Set {
		given[k.Name] = cell.Tuning[k.Name]
	}
	return given
}

// newSaved puts the cell's design and tunables into the trace's header. Tunables that the design lacks are named on w.
func newSaved(w io.Writer, t *ops.Trace, cell *bench.Cell) (*saved, error) {
	s := &saved{base: cell.Machine}
	given := givenTo(cell)
	var lost []string
	s.trace, lost = scenario.On(t, cell.Design, given)
	tellLost(w, cell.Design, lost)
	var err error
	s.setting, err = scenario.Config(s.trace, s.base, []*allocators.Design{cell.Design})
	if _, ok := t.HeaderValue("schedule"); ok && err == nil {
		err = fits(s.trace, cell, given)
	}
	return s, err
}

// tellLost names the tunables of a trace's header that d lacks.
func tellLost(w io.Writer, d *allocators.Design, lost []string) {
	for _, k := range lost {
		name, _, _ := strings.Cut(k, "=")
		fmt.Fprintf(w, "%s has no tunable %s: %s is left out\n", d.Name, name, k)
	}
}

// set returns the tunables that are not left at their defaults, "name=value", in the design's order.
func (s *saved) set() (list []string) {
	d := s.setting.Design
	for _, k := range d.Tunables {
		if v, ok := s.setting.Tune[k.Name]; ok {
			list = append(list, k.Name+"="+k.Format(v))
		}
	}
	return list
}

// who names the design with its tunables.
func (s *saved) who() string {
	return strings.Join(append([]string{s.setting.Design.Name}, s.set()...), " ")
}

// spec is the machine of a replay in file order: what the header does not say is as on the machine.
func (s *saved) spec() *mmu.Spec {
	spec := *s.setting.Spec
	if _, ok := s.trace.HeaderValue("kernel_global"); !ok {
		spec.KernelGlobal = s.base.KernelGlobal
	}
	return &spec
}

// fits reports what is wrong with a scenario, before anything runs.
func fits(t *ops.Trace, cell *bench.Cell, given allocators.Tuning) error {
	if _, err := scenario.Config(t, cell.Machine, []*allocators.Design{cell.Design}); err != nil {
		return err
	}
	src, err := scenario.NewSource(cell.Design, cell.Machine, scenario.Options{Set: given})
	if err != nil {
		return err
	}
	return src.Fits(t)
}

// retellAll makes the run again that lwbench check has saved, and tells what goes wrong.
func retellAll(c *cobra.Command, f *replayFlags, runs []*saved) error {
	found := false
	for _, run := range runs {
		r, err := search.Replay(run.trace, run.base, []*allocators.Design{run.setting.Design})
		if err != nil {
			return usage(err)
		}
		f.html.add(r)
		found = found || r.Found
		switch w := c.OutOrStdout(); {
		case f.format == "json":
			fmt.Fprintln(w, r.JSON())
		case r.Found:
			tellFound(w, r, "under the schedule of "+run.trace.File)
		default:
			fmt.Fprintf(w, "%s: nothing goes wrong under the schedule of %s\n", run.who(), run.trace.File)
			if r.Unfit {
				fmt.Fprintf(w, "  but some choice of it was not there, so that this says little; every order: lwbench check --scenario %s\n", run.trace.File)
			}
		}
	}
	if err := f.html.write(c, runs[0].trace.File); err != nil {
		return err
	}
	if found {
		return errFound
	}
	return nil
}

// tellFound prints what went wrong and its story; how says how it was found.
func tellFound(w io.Writer, r *search.Report, how string) {
	fmt.Fprintf(w, "%s: %s: %s\n", r.Alloc, r.Kind, r.Text)
	if r.Declares != "" {
		fmt.Fprintf(w, "  as it declares: %s\n", r.Declares)
	}
	if r.Kind == interleave.AllHeld {
		fmt.Fprintln(w, "  this is the scenario's own doing, not the design's: it waits for a buffer while all are held, and none is freed")
	}
	fmt.Fprintf(w, "  %s: %s, %s, %s\n\n", how,
		count(r.CPUs, "CPU"), count(r.Ops, "operation"), count(r.Preemptions, "preemption"))
	r.Counterexample.Write(w)
}
