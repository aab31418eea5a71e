package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lwbench/check/mutants"
	"lwbench/internal/texttab"
)

// mutantTime is the default time limit for the search of one mutant.
const mutantTime = time.Minute

// checkMutants implements check --mutants [NAME…]: it prints the table of the bug collection.
func checkMutants(c *cobra.Command, f *checkFlags, names []string) error {
	for _, flag := range []string{"alloc", "set", "machine", "budget", "preemptions", "cpus", "exhaustive", "speculative", "statements", "scenario", "jobs", "output", "html"} {
		if c.Flags().Changed(flag) {
			return usage(fmt.Errorf("--mutants takes no --%s, only --time, --seed and --format", flag))
		}
	}
	o := mutants.Options{Time: f.time, Seed: f.seed}
	if !c.Flags().Changed("time") {
		o.Time = mutantTime
	}
	if err := f.plausible(c); err != nil {
		return usage(err)
	}
	chosen, err := split("mutants", strings.Join(names, ","))
	if err != nil {
		return usage(err)
	}
	list, err := mutants.Choose(chosen)
	if err != nil {
		return usage(err)
	}
	if o.Root, err = mutants.Tree("."); err != nil {
		return usage(err)
	}
	announceText(c, fmt.Sprintf("%s, about %v of searching beside the builds (as in %s), at most %v; to shorten it, name some, or give --time 10s", texttab.Count(len(list), "mutant"),
		mutants.Estimate(o.Root, list, o.Time).Round(time.Second), mutants.Recorded, time.Duration(len(list))*o.Time))
	w, done := screen(c, f.format), 0
	defer func() {
		if c.Context().Err() != nil {
			fmt.Fprintf(c.ErrOrStderr(), "lwbench: %d of %s checked\n", done, texttab.Count(len(list), "mutant"))
		}
	}()
	if f.format == "json" {
		all := true
		err := mutants.Mutants(c.Context(), o, list, func(r mutants.Row) error {
			all = all && r.OK
			done++
			return json.NewEncoder(w).Encode(r)
		})
		return foundUnless(all, err)
	}
	table, err := mutants.NewTable(w, list)
	if err != nil {
		return err
	}
	err = mutants.Mutants(c.Context(), o, list, func(r mutants.Row) error {
		done++
		return table.Row(&r)
	})
	if err != nil {
		return err
	}
	return foundUnless(table.End())
}

// foundUnless returns exit status 1 unless ok.
func foundUnless(ok bool, err error) error {
	if err == nil && !ok {
		return errFound
	}
	return err
}
