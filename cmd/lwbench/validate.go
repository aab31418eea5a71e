package main

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"lwbench/bench/record"
	"lwbench/bench/report"
	"lwbench/bench/validate"
	"lwbench/internal/texttab"
)

type validateFlags struct {
	format  string
	html    string
	jobs    int
	here    bool
	machine string
	noisy   bool
}

func validateCommand() *cobra.Command {
	var f validateFlags
	c := &cobra.Command{
		Use:   "validate [NAME…]",
		Short: "compare the model with published measurements",
		Long: `Validate runs the cells of published tables and prints for each value the prediction of the model, the published value and
the error; whether the machine file was fitted to that value; and what the model does not claim. NAME is a built-in table
(default: all), or a YAML file (go doc ./bench/validate).

With --here it compares the model with the MMU of this host (Linux). It runs patterns of mappings in reserved address
space on real threads and on the virtual engine with the host's machine file, and prints predicted, measured, error, and
whether the order of the patterns is right. A pattern is measured again, up to five times, while other processes disturb it;
one that was disturbed each time is marked and does not count.

  lwbench validate                                          every published table
  lwbench validate md-2004                                  one of them
  lwbench validate --here --machine here.yaml               this host (lwbench calibrate -o here.yaml)

Exit status: 0, 1 if an order is reversed or a value is off without a stated reason, 2 on bad input.`,
		ValidArgs: validate.Names(),
		RunE: func(c *cobra.Command, args []string) error {
			if f.here && len(args) > 0 {
				return usage(fmt.Errorf("--here takes no table: leave out %q", args[0]))
			}
			if !f.here && (f.machine != "" || f.noisy) {
				return usage(errors.New("--machine and --noisy need --here: a table names its own machines"))
			}
			if f.here && f.html != "" {
				return usage(errors.New("--html writes published tables: leave out --here"))
			}
			if err := plausible(f.html); err != nil {
				return usage(err)
			}
			if f.here {
				return validateHere(c, &f)
			}
			return validateTables(c, &f, args)
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.format, "format", "text", "text or md")
	fs.StringVar(&f.html, "html", "", "write the tables as a page too: `FILE`")
	fs.IntVar(&f.jobs, "jobs", runtime.GOMAXPROCS(0), "cells to run in parallel")
	fs.BoolVar(&f.here, "here", false, "compare the model with this host's MMU")
	fs.StringVar(&f.machine, "machine", "", "with --here: this host's machine, by `FILE` (default: calibrate first)")
	fs.BoolVar(&f.noisy, "noisy", false, "with --here: judge even if the host was busy, by disturbed rounds")
	return c
}

func validateTables(c *cobra.Command, f *validateFlags, names []string) error {
	if err := texttab.OneOf("no format", f.format, []string{"text", "md"}); err != nil {
		return usage(err)
	}
	if f.jobs < 1 {
		return usage(fmt.Errorf("--jobs %d: choose 1 or more", f.jobs))
	}
	command := record.Command(append([]string{"validate"}, names...)...)
	if len(names) == 0 {
		names = validate.Names()
	}
	var tables []*validate.Table
	for _, name := range names {
		t, err := validate.Load(name)
		if err != nil {
			return usage(err)
		}
		tables = append(tables, t)
	}
	plan, err := validate.NewPlan(tables, lists())
	if err != nil {
		return usage(err)
	}
	bar := newProgressOf(c.ErrOrStderr(), plan.Cells(), "%d of %d cells")
	list, err := plan.Run(c.Context(), f.jobs, bar.done)
	bar.end()
	if err != nil {
		return err
	}
	if err := validate.Write(screen(c, f.format), list, f.format == "md"); err != nil {
		return err
	}
	if f.html != "" {
		var page bytes.Buffer
		if err := validate.Page(&page, report.Style(), command, list); err != nil {
			return err
		}
		if err := writeFile(c, f.html, page.Bytes()); err != nil {
			return err
		}
	}
	for _, o := range list {
		if o.Failed() {
			return errFound
		}
	}
	return nil
}
