package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/bench/calibrate"
	"lwbench/bench/calibrate/lab"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

type calibrateFlags struct {
	out, name string
	noisy     bool
}

// besideCommandName is the hidden subcommand that calibrate runs in a second process.
const besideCommandName = "calibrate-beside"

func calibrateCommand() *cobra.Command {
	var f calibrateFlags
	c := &cobra.Command{
		Use:   "calibrate",
		Short: "measure this host and write it as a machine file",
		Long: `Calibrate measures the host from user space, without privileges, in less than a minute: clock, topology, TLB, cache lines,
locks, copies, IPIs, and what a TLB shootdown costs. It writes a machine file for --machine, in which each figure says
how it was measured, how often, and how far the samples spread. Figures that user space cannot measure are copied from the
built-in machine with the nearest processor and marked as such. It needs Linux and an idle host.

  lwbench calibrate -o here.yaml
  lwbench sweep --machine here.yaml

Exit status: 0, 1 if the host was too busy for reliable figures (nothing is written without --noisy), 2 on bad input.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return calibrateHost(c, &f) },
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVarP(&f.out, "output", "o", "", "machine `FILE` to write; - is stdout (default: only print the measurements)")
	fs.StringVar(&f.name, "name", calibrate.DefaultName, "the machine's name in results")
	fs.BoolVar(&f.noisy, "noisy", false, "write the file even if the host was busy; every figure carries a mark")
	return c
}

func besideCommand() *cobra.Command {
	return &cobra.Command{
		Use: besideCommandName, Hidden: true, Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error { return lab.Beside(args[0], args[1], os.Stdin) },
	}
}

func calibrateHost(c *cobra.Command, f *calibrateFlags) error {
	list, err := embeddedMachines()
	if err != nil {
		return err
	}
	if slices.Contains(machines.Names(), f.name) {
		return usage(fmt.Errorf("--name %s: the name of a built-in machine: choose another, because results contain the name", f.name))
	}
	if err := plainName(f.name); err != nil {
		return usage(err)
	}
	if err := outFileOrStdout(f.out); err != nil {
		return usage(err)
	}
	r, err := measureHost(c)
	if err != nil {
		return err
	}
	talk := c.ErrOrStderr()
	if f.out == "" {
		talk = screen(c, text)
	}
	if err := r.Write(talk); err != nil {
		return err
	}
	if complaints := r.Noise.Complaints(); len(complaints) > 0 && !f.noisy {
		return fmt.Errorf("the host is too busy for reliable figures (%s): stop other processes, or give --noisy", complaints[0])
	}
	if f.out == "" {
		return nil
	}
	s, near, kept, err := r.Machine(f.name, list)
	if err != nil {
		return err
	}
	copied := fmt.Sprintf("%d of %d figures were measured here, %d are copied from %s (%s)", len(s.Figures)-kept, len(s.Figures), kept, near.Machine, near.Why)
	data := machines.Marshal(s, machineHeader(r)+copied+"\n")
	fmt.Fprintf(talk, "\n%s\n", copied)
	return writeFile(c, f.out, data)
}

// embeddedMachines loads every built-in machine.
func embeddedMachines() (list []*mmu.Spec, err error) {
	for _, name := range machines.Names() {
		m, err := machines.Load(name)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// measureHost calibrates the host and shows a progress bar.
func measureHost(c *cobra.Command) (*calibrate.Result, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find the program's own file: %w", err)
	}
	announceText(c, "calibrating takes less than a minute; nothing else should run meanwhile")
	begin, end := progressByIndex(c.ErrOrStderr(), "%d of %d probes")
	r, err := calibrate.Run(c.Context(), calibrate.Options{Beside: []string{self, besideCommandName}, Begin: begin})
	end()
	if errors.Is(err, lab.ErrUnsupported) {
		return nil, usage(err)
	}
	return r, err
}

// machineHeader returns the comment at the head of the machine file.
func machineHeader(r *calibrate.Result) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "made by: lwbench calibrate\n%s\n", r.Host)
	for _, s := range r.Unusual {
		fmt.Fprintf(&b, "Unusual: %s\n", s)
	}
	for _, s := range r.Noise.Complaints() {
		fmt.Fprintf(&b, "NOISY HOST: %s: do not rely on this file\n", s)
	}
	return b.String()
}

// plainName rejects a name that cannot appear in a benchmark name.
func plainName(name string) error {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == '/' || r == '=' || r == ',' }) {
		return fmt.Errorf("--name %q: expected letters, digits, dashes and periods", name)
	}
	return nil
}
