package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"lwbench/bench/calibrate"
	"lwbench/bench/calibrate/here"
	"lwbench/bench/calibrate/lab"
	"lwbench/mmu"
)

// validateHere compares the model with the MMU of this host. Without a machine file it calibrates the host first.
func validateHere(c *cobra.Command, f *validateFlags) error {
	spec, err := hostMachine(c, f.machine)
	if err != nil {
		return err
	}
	announceText(c, "the comparison takes some ten seconds, up to a minute on a busy host; nothing else should run meanwhile")
	begin, end := progressByIndex(c.ErrOrStderr(), "%d of %d undisturbed rounds")
	r, err := here.Run(c.Context(), spec, begin)
	end()
	if errors.Is(err, lab.ErrUnsupported) {
		return usage(err)
	}
	if err != nil {
		return err
	}
	if err := r.Write(screen(c, text)); err != nil {
		return err
	}
	switch complaints := r.Complaints(); {
	case len(complaints) > 0 && !f.noisy:
		return fmt.Errorf("the host is too busy to judge the model (%s): stop other processes, or give --noisy", complaints[0])
	case r.Failed():
		return errFound
	}
	return nil
}

// hostMachine reads the machine file of this host, or calibrates the host.
func hostMachine(c *cobra.Command, file string) (*mmu.Spec, error) {
	if file != "" {
		m, err := loadMachine(file)
		return m, usage(err)
	}
	r, err := measureHost(c)
	if err != nil {
		return nil, err
	}
	list, err := embeddedMachines()
	if err != nil {
		return nil, err
	}
	m, near, kept, err := r.Machine(calibrate.DefaultName, list)
	if err == nil {
		fmt.Fprintf(c.ErrOrStderr(), "lwbench: calibrated: %d figures were measured here, %d are copied from %s (%s)\n", len(m.Figures)-kept, kept, near.Machine, near.Why)
	}
	return m, err
}
