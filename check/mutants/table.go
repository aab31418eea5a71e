package mutants

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"lwbench/internal/texttab"
)

// Table prints the rows of Mutants as they arrive, in columns wide enough for all of them.
type Table struct {
	w                   io.Writer
	name, design, found int
	bugs, quiet         tally // mutants to be found, and those that are not bugs
}

// tally counts rows, and those that are as wanted.
type tally struct{ ok, of int }

// NewTable prints the head of a table of list to w.
func NewTable(w io.Writer, list []Mutant) (*Table, error) {
	t := &Table{w: w, name: len("mutant"), design: len("design"), found: len("mapping changed in use")}
	for i := range list {
		t.name = max(t.name, len(list[i].Name))
		t.design = max(t.design, len(list[i].Design))
	}
	_, err := fmt.Fprintf(w, "  %-*s  %-*s  %-*s  %10s  %7s  %-13s  %s\n", t.name, "mutant", t.design, "design", t.found, "found", "schedules", "seconds", "granularity", "story")
	return t, err
}

// Row prints one row. A mutant with an unexpected result is marked with !, and the expected one is printed.
func (t *Table) Row(r *Row) error {
	count, mark := &t.bugs, "!"
	if slices.Contains(r.Want, Nothing) {
		count = &t.quiet
	}
	count.of++
	if r.OK {
		mark = " "
		count.ok++
	}
	found, story := "-", r.Coverage
	if r.Found {
		found, story = r.Kind, fmt.Sprintf("%s, %s, %s", texttab.Count(r.CPUs, "CPU"), texttab.Count(r.Ops, "op"), texttab.Count(r.Preemptions, "preemption"))
	}
	if r.Err != "" {
		_, err := fmt.Fprintf(t.w, "%s %-*s  %-*s  %s\n", mark, t.name, r.Mutant, t.design, r.Design, r.Err)
		return err
	}
	switch {
	case r.Declares != "":
		story += "; the design declares it, with or without the mutant"
	case !r.OK:
		story += "; want " + strings.Join(r.Want, " or ")
	}
	_, err := fmt.Fprintf(t.w, "%s %-*s  %-*s  %-*s  %10s  %7.2f  %-13s  %s\n", mark, t.name, r.Mutant, t.design, r.Design, t.found, found, texttab.Thousands(float64(r.Schedules)), r.Seconds, r.Granularity, story)
	return err
}

// End prints the last line and reports whether every row was as wanted.
func (t *Table) End() (ok bool, err error) {
	last := fmt.Sprintf("%d of %d found", t.bugs.ok, t.bugs.of)
	if t.quiet.of > 0 {
		last += fmt.Sprintf("; of the mutants that are no bugs %d of %d without a report", t.quiet.ok, t.quiet.of)
	}
	_, err = fmt.Fprintln(t.w, last)
	return t.bugs.ok == t.bugs.of && t.quiet.ok == t.quiet.of, err
}
