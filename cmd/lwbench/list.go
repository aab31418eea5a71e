package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/sweeps"
	"lwbench/internal/texttab"
	"lwbench/mmu/machines"
)

// topics are the arguments of list, in the order of its output.
var topics = []struct {
	name string
	show func(io.Writer) error
}{
	{"allocators", listAllocators},
	{"workloads", listWorkloads},
	{"machines", listMachines},
	{"tunables", listTunables},
	{"units", listUnits},
	{"sweeps", listSweeps},
}

func listCommand() *cobra.Command {
	var known []string
	for _, t := range topics {
		known = append(known, t.name)
	}
	return &cobra.Command{
		Use:       "list [" + strings.Join(known, " | ") + "]",
		Short:     "explain all names",
		ValidArgs: known,
		Args: func(_ *cobra.Command, args []string) error {
			for _, a := range args {
				if err := texttab.OneOf("no list", a, known); err != nil {
					return usage(err)
				}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			for _, t := range topics {
				if len(args) > 0 && !slices.Contains(args, t.name) {
					continue
				}
				fmt.Fprintf(screen(c, text), "%s\n\n", strings.ToUpper(t.name))
				if err := t.show(screen(c, text)); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func listAllocators(w io.Writer) error {
	for _, d := range lists().Designs {
		fmt.Fprintf(w, "%s\n    %s\n    after: %s\n", d.Name, d.Doc, d.Source)
		if d.KnownFault != "" {
			fmt.Fprintf(w, "    known fault: %s\n", d.KnownFault)
		}
		if d.KnownRace != "" {
			fmt.Fprintf(w, "    known fault, which only lwbench check finds: %s\n", d.KnownRace)
		}
		if d.Grows != "" {
			fmt.Fprintf(w, "    its KVA grows without bound: %s\n", d.Grows)
		}
		if d.Aside {
			fmt.Fprintln(w, "    aside: not in a sweep unless named")
		}
		for _, k := range d.Tunables {
			fmt.Fprintf(w, "    %s=%s\n", k.Name, k.Format(k.Default))
		}
		fmt.Fprintln(w)
	}
	return nil
}

func listWorkloads(w io.Writer) error {
	for _, x := range lists().Workloads {
		fmt.Fprintf(w, "%s\n    %s\n", x.Name, x.Doc)
		switch {
		case x.NeedsInput:
			fmt.Fprintf(w, "    needs an input file: --param %s=FILE\n", x.Input)
		case x.Input != "":
			fmt.Fprintf(w, "    accepts an input file: --param %s=FILE\n", x.Input)
		case x.Aside:
			fmt.Fprintln(w, "    aside: not in a sweep unless named")
		}
		for _, p := range x.Params {
			doc := p.Doc
			if r := p.Range(); r != "" {
				doc += " (" + r + ")"
			}
			fmt.Fprintf(w, "    %-19s %-8s %s\n", p.Name, p.Default, doc)
		}
		fmt.Fprintln(w)
	}
	return nil
}

func listMachines(w io.Writer) error {
	for _, name := range machines.Names() {
		m, err := machines.Load(name)
		if err != nil {
			return err
		}
		t := m.Topology
		assumed := 0
		for _, f := range m.Figures {
			if f.Assumed != "" {
				assumed++
			}
		}
		fmt.Fprintf(w, "%s\n    %s\n    %s: %s, %s, %s, %.1f GHz; %d of %d figures are assumed\n",
			m.Name, m.Doc, texttab.Count(t.CPUs(), "CPU"), texttab.Count(t.Sockets, "socket"), texttab.Count(t.Cores, "core"), texttab.Count(t.Threads, "thread"), m.ClockHz/1e9, assumed, len(m.Figures))
		for _, f := range m.Figures {
			why := f.Source
			if f.Assumed != "" {
				why = "ASSUMED: " + f.Assumed
			}
			fmt.Fprintf(w, "    %-22s %12.0f  %s\n", f.Name, f.Value, why)
		}
		fmt.Fprintln(w)
	}
	return nil
}

func listTunables(w io.Writer) error {
	var seen []string
	for _, d := range lists().Designs {
		for _, k := range d.Tunables {
			if slices.Contains(seen, k.Name) {
				continue
			}
			seen = append(seen, k.Name)
			values := fmt.Sprintf("%d to %d", k.Min, k.Max)
			if k.Values != nil {
				values = strings.Join(k.Values, " or ")
			}
			fmt.Fprintf(w, "%s (%s; %s)\n    %s\n", k.Name, k.Format(k.Default), values, k.Doc)
		}
	}
	fmt.Fprintln(w)
	return nil
}

func listUnits(w io.Writer) error {
	shown := bench.Virtual().AllUnits()
	for _, u := range bench.Live().Units {
		if !slices.ContainsFunc(shown, func(v record.Unit) bool { return v.Name == u.Name }) {
			u.Doc += " (live engine)"
			shown = append(shown, u)
		}
	}
	for _, u := range shown {
		better := ""
		if u.Better != "" {
			better = " (" + u.Better + " is better)"
		}
		fmt.Fprintf(w, "%-20s %s%s\n", u.Name, u.Doc, better)
	}
	fmt.Fprintln(w)
	return nil
}

// listSweeps prints the shipped sweeps and the question that each answers.
func listSweeps(w io.Writer) error {
	for _, name := range sweeps.Names() {
		data, err := sweeps.Read(name)
		if err != nil {
			return err
		}
		o, err := plan.ParseSweep(name+".yaml", data)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\n", name)
		for _, line := range strings.Split(strings.TrimSpace(o.Why), "\n") {
			fmt.Fprintf(w, "    %s\n", line)
		}
		fmt.Fprintln(w)
	}
	return nil
}
