package search

import (
	"errors"
	"testing"

	"lwbench/allocators/all"
	"lwbench/internal/testsize"
	"lwbench/mmu/smp"
)

// TestEveryDesign: a search finds something in exactly the designs that declare a fault.
func TestEveryDesign(t *testing.T) {
	budget, designs := testsize.Choose(1000, 1000, 8000), all.Designs()
	if testing.Short() {
		designs = testsize.Some(designs, 1)
	}
	for _, d := range designs {
		t.Run(d.Name, func(t *testing.T) {
			r := hunts(t, d, func(o *Options) { o.Budget = budget })
			if declares := d.KnownFault+d.KnownRace != ""; r.Found != declares {
				t.Errorf("declares %q: %s", d.KnownFault+d.KnownRace, r.JSON())
			}
			if !r.Found && r.Schedules < budget {
				t.Errorf("only %d schedules", r.Schedules)
			}
		})
	}
}

// TestExhaustive tries the fixed scenarios, 2 CPUs with 6 operations each, under every schedule without a preemption.
func TestExhaustive(t *testing.T) {
	for _, d := range testsize.Some(all.Designs(), 3) {
		if d.KnownFault+d.KnownRace != "" {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			r := hunts(t, d, func(o *Options) { o.Shapes, o.Granularity, o.Bound, o.Budget = true, smp.OrderedPoints, 0, 1<<40 })
			if r.Found || r.Exhausted != r.Scenarios || r.Scenarios < 5 || r.Schedules < 2000 {
				t.Errorf("%s", r.JSON())
			}
		})
	}
}

// TestEveryDesignAtStatements: no design without a declared fault fails, and none has a data race. It needs
// instrumented designs: check/instrument runs it.
func TestEveryDesignAtStatements(t *testing.T) {
	if !smp.Instrumented {
		t.Skip("needs instrumented designs: see check/instrument")
	}
	for _, d := range all.Designs() {
		r := hunts(t, d, func(o *Options) { o.Granularity, o.Budget, o.Jobs = smp.Statements, 1500, 1 })
		if declares := d.KnownFault+d.KnownRace != ""; r.Found != declares || r.Found && r.Declares == "" {
			t.Errorf("%s declares %q: %s", d.Name, d.KnownFault+d.KnownRace, r.JSON())
		}
	}
}

// TestNotInstrumented: a search at statements in a program without instrumentation is an error, not a clean report.
func TestNotInstrumented(t *testing.T) {
	if smp.Instrumented {
		t.Skip("is instrumented")
	}
	_, err := Run(t.Context(), Options{Design: all.Designs()[0], Machine: machine(t), Granularity: smp.Statements, Budget: 1})
	if !errors.Is(err, ErrNotInstrumented) {
		t.Errorf("%v", err)
	}
}
