package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/bench/plan"
	"lwbench/check/interleave"
	"lwbench/check/scenario"
	"lwbench/check/search"
	"lwbench/internal/texttab"
	"lwbench/mmu"
)

// scene is a trace to run on one design. The design and tunables from the flags replace those in its header.
type scene struct {
	search.Scenario
	base *mmu.Spec // the machine from the flags
}

// designOf returns the design that the header names, or nil. The error is a header line that cannot be parsed.
func designOf(t *ops.Trace) ([]string, error) {
	name, ok := t.HeaderValue("design")
	if !ok {
		return nil, nil
	}
	_, err := scenario.Config(t, &mmu.Spec{}, lists().Designs)
	return []string{name}, err
}

// newScene puts the design and tunables of v into the trace's header and reports on w the tunables that the design
// lacks. If explored is set, it rejects a trace that lwbench check cannot run.
func newScene(w io.Writer, t *ops.Trace, v *plan.Variant, explored bool) (*scene, error) {
	s := &scene{base: v.Machine}
	var lost []string
	s.Trace, lost = scenario.On(t, v.Design, v.Given)
	for _, k := range lost {
		name, _, _ := strings.Cut(k, "=")
		fmt.Fprintf(w, "%s has no tunable %s: ignoring %s\n", v.Design.Name, name, k)
	}
	designs := []*allocators.Design{v.Design}
	var err error
	if !explored {
		s.Config, err = scenario.Config(s.Trace, s.base, designs)
		return s, err
	}
	k, err := search.NewScenario(s.Trace, s.base, designs)
	if err != nil {
		return s, err
	}
	s.Scenario = *k
	src, err := scenario.NewSource(v.Design, v.Machine, scenario.Options{Set: v.Given})
	if err != nil {
		return s, err
	}
	return s, src.Fits(s.Trace)
}

// set returns the tunables that differ from their defaults as "name=value", in the design's order.
func (s *scene) set() (list []string) {
	d := s.Config.Design
	for _, k := range d.Tunables {
		if v, ok := s.Config.Tune[k.Name]; ok {
			list = append(list, k.Name+"="+k.Format(v))
		}
	}
	return list
}

// who returns the design's name and tunables.
func (s *scene) who() string {
	return strings.Join(append([]string{s.Config.Design.Name}, s.set()...), " ")
}

// spec returns the machine for a replay in file order. The header overrides the machine file.
func (s *scene) spec() *mmu.Spec {
	spec := *s.Config.Spec
	if _, ok := s.Trace.HeaderValue("kernel_global"); !ok {
		spec.KernelGlobal = s.base.KernelGlobal
	}
	return &spec
}

// replaySaved repeats a run saved by lwbench check and prints the trace of its failure.
func replaySaved(c *cobra.Command, f *replayFlags, run *scene) error {
	r, err := search.Replay(&run.Scenario)
	if err != nil {
		return err
	}
	f.html.add(r)
	switch w := screen(c, f.format); {
	case f.format == "json":
		fmt.Fprintln(w, r.JSON())
	case r.Found:
		printFailure(w, r, "under the schedule of "+run.Trace.File, 0)
	default:
		fmt.Fprintf(w, "%s: no failure under the schedule of %s\n", run.who(), run.Trace.File)
		if r.Unfit {
			fmt.Fprintf(w, "  but some of its choices did not apply to this run; to try all schedules: lwbench check --scenario %s\n", run.Trace.File)
		}
	}
	if r.Found {
		return errFound
	}
	return nil
}

// printFailure prints a failure and its trace, at most so many lines of steps, 0 for all; how says how it was found.
func printFailure(w io.Writer, r *search.Report, how string, most int) {
	fmt.Fprintf(w, "%s: %s: %s\n", r.Alloc, r.Kind, r.Text)
	if r.Declares != "" {
		fmt.Fprintf(w, "  known fault: %s\n", r.Declares)
	}
	if r.Kind == interleave.AllHeld {
		fmt.Fprintln(w, "  this is a fault of the scenario, not of the design: it waits for a buffer while it holds all of them")
	}
	fmt.Fprintf(w, "  %s: %s, %s, %s\n\n", how,
		texttab.Count(r.CPUs, "CPU"), texttab.Count(r.Ops, "operation"), texttab.Count(r.Preemptions, "preemption"))
	r.Counterexample.Write(w, most)
}
