package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"lwbench/bench/validate"
)

type validateFlags struct {
	format string
	jobs   int
}

func validateCommand() *cobra.Command {
	var f validateFlags
	c := &cobra.Command{
		Use:   "validate [NAME…]",
		Short: "compare the model with published measurements",
		Long: `Validate runs the cells of published tables and prints, for each value, what the model predicts, what was published, and
how far apart they are; whether the machine file was set by that value (fitted); and what the model does not claim. A
NAME is one of the tables in the program (default: all), or a YAML file (go doc ./bench/validate).

Exit status: 0, 1 where an order is reversed or a value is off for no stated reason, 2 on bad input.`,
		ValidArgs: validate.Names(),
		RunE:      func(c *cobra.Command, args []string) error { return validateTables(c, &f, args) },
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.format, "format", "text", "text or md")
	fs.IntVar(&f.jobs, "jobs", runtime.GOMAXPROCS(0), "cells to run side by side")
	return c
}

func validateTables(c *cobra.Command, f *validateFlags, names []string) error {
	if f.format != "text" && f.format != "md" {
		return usage(fmt.Errorf("--format %q: choose text or md", f.format))
	}
	if f.jobs < 1 {
		return usage(fmt.Errorf("--jobs %d: choose 1 or more", f.jobs))
	}
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
	if err := validate.Write(c.OutOrStdout(), list, f.format == "md"); err != nil {
		return err
	}
	for _, o := range list {
		if o.Failed() {
			return errFound
		}
	}
	return nil
}
