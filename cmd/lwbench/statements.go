package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"lwbench/check/instrument"
	"lwbench/check/mutants"
	"lwbench/mmu/smp"
)

// endsWithin is the time that an interrupted search has to stop before it is killed.
const endsWithin = 10 * time.Second

// signalled is the time that a search has to stop by itself: a ^C at the terminal reaches it too, and a second signal
// would end it before it has said how far it came.
const signalled = 2 * time.Second

// checkInstrumented builds a copy of the program whose designs report their memory accesses, and runs the check in
// it.
func checkInstrumented(c *cobra.Command, f *checkFlags) error {
	if !smp.CanInstrument {
		return usage(errors.New("--statements: only on amd64 and arm64"))
	}
	if err := f.plausible(c); err != nil {
		return usage(err)
	}
	root, err := mutants.Tree(".")
	if err != nil {
		return usage(fmt.Errorf("--statements: %w", err))
	}
	dir, err := os.MkdirTemp("", "lwbench-statements-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	bin, err := instrument.Build(c.Context(), root, dir, nil)
	if c.Context().Err() != nil {
		fmt.Fprintln(c.ErrOrStderr(), "lwbench: 0 schedules: the instrumented program was not built yet")
	}
	if err != nil {
		return fmt.Errorf("the instrumented program: %w", err)
	}
	child := exec.CommandContext(c.Context(), bin, os.Args[1:]...)
	child.Stdin, child.Stdout, child.Stderr = c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
	child.Cancel = func() error {
		time.Sleep(signalled)
		return child.Process.Signal(os.Interrupt)
	}
	child.WaitDelay = endsWithin
	err = child.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return statusError(exit.ExitCode())
	}
	return err
}
