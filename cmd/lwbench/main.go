// Command lwbench compares the ways in which kernels map a page for a moment, on one simulated machine.
//
// One file a subcommand: sweep.go, run.go, profile.go, replay.go, check.go (with mutants.go), compare.go, report.go, serve.go, list.go; flags.go and
// lists.go hold what they share, profiles.go the folder of --profile, progress.go the bar,
// stale.go the trace of a stale access, saved.go a trace with what its header says, reps.go how repetitions are spread, live.go what a cell on real threads prints. Flags in, package bench
// called, text out.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"lwbench/bench/input"
	"lwbench/bench/plan"
)

// The exit statuses.
const (
	exitOK        = 0
	exitFound     = 1   // a stale access, a broken rule or expectation, or an error while running
	exitUsage     = 2   // bad input; nothing was run
	exitWorse     = 3   // compare --fail-on: something is worse
	exitBetter    = 4   // compare --fail-on any: something changed, and nothing for the worse
	exitInterrupt = 130 // ^C; what was finished is kept
)

func main() {
	debug.SetGCPercent(400) // cells make garbage fast and live shortly
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// usageError is bad input: exit status 2.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}

// errFound is exit status 1 when all has been said already.
var errFound = errors.New("found")

// statusError is an exit status of which all has been said already.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run is main without os.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := interruptible()
	defer stop()
	files := input.NewFiles(stdin)
	defer func() { _ = files.Close() }()
	ctx = context.WithValue(ctx, filesKey{}, files)
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	out := &dataWriter{Writer: stdout}
	root.SetOut(out)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if out.err != nil { // most who print do not look: what is lost is told here, once
		fmt.Fprintln(stderr, "lwbench: cannot write the output:", out.err)
		return exitFound
	}
	var bad usageError
	var status statusError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFound):
		return exitFound
	case errors.As(err, &status):
		return int(status)
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "lwbench: interrupted")
		return exitInterrupt
	case errors.As(err, &bad):
		fmt.Fprintln(stderr, "lwbench:", err)
		return exitUsage
	}
	fmt.Fprintln(stderr, "lwbench:", err)
	return exitFound
}

// interruptible returns a context that the first ^C or SIGTERM cancels. The second one ends the program at once, whatever
// it is doing.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
		case <-ctx.Done():
		}
		signal.Stop(signals) // from here on a signal does what it does by default
		cancel()
	}()
	return ctx, cancel
}

// filesKey finds the input files of this run of the program in a command's context: standard input is read once, however
// many cells take it.
type filesKey struct{}

// resolve is Options.Resolve with the program's lists and input files.
func resolve(c *cobra.Command, o *plan.Options) (*plan.Grid, error) {
	g, err := o.Resolve(lists())
	if err != nil {
		return nil, err
	}
	g.Files = inputFiles(c)
	return g, nil
}

// inputFiles opens the files that a command reads.
func inputFiles(c *cobra.Command) *input.Files {
	files, _ := c.Context().Value(filesKey{}).(*input.Files)
	return files
}

// dataWriter is stdout. It keeps the first error: nothing behind a gap is data.
type dataWriter struct {
	io.Writer
	err error
}

func (w *dataWriter) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.Writer.Write(p)
	w.err = err
	return n, err
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "lwbench",
		Short: "compare the ways in which kernels map a page for a moment",
		Long: `lwbench runs kernel designs for mapping a page for a moment (sf_buf, lwbuf, …) as real code on one simulated
machine: exact, reproducible to the byte, every access watched for stale TLB entries.

  lwbench sweep                                             everything against everything, in about a minute
  lwbench run --alloc sfbuf --workload xio --cpus 16        one cell with all its counters
  lwbench run --alloc lwbuf-submitted --workload stray      the bug of the March 2009 mail, as a story
  lwbench check --alloc lwbuf-submitted                     the same, found without a hint
  lwbench list                                              every name that the flags take`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(fmt.Errorf("no command %q: try lwbench help", args[0]))
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage(fmt.Errorf("%w: try %s --help", plain(err), c.CommandPath()))
	})
	root.AddCommand(sweepCommand(), runCommand(), profileCommand(), replayCommand(), importCommand(), whyCommand(), checkCommand(), compareCommand(), reportCommand(), serveCommand(), validateCommand(), sensitivityCommand(), calibrateCommand(), besideCommand(), listCommand(), versionCommand())
	addCompletions(root)
	root.SuggestionsMinimumDistance = 2
	return root
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "print the program's version and the revision it was built from", Args: noArgs,
		Run: func(c *cobra.Command, _ []string) {
			fmt.Fprintln(c.OutOrStdout(), versionLine())
		},
	}
}

// versionLine says which program this is: the module's version, the commit that it was built from, and Go's version.
func versionLine() string {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return "lwbench (unknown version)"
	}
	line := "lwbench " + cmp.Or(b.Main.Version, "(devel)")
	vcs := make(map[string]string)
	for _, s := range b.Settings {
		vcs[s.Key] = s.Value
	}
	if revision := vcs["vcs.revision"]; revision != "" {
		line += fmt.Sprintf(", %s %s of %s", cmp.Or(vcs["vcs"], "revision"), revision, cmp.Or(vcs["vcs.time"], "an unknown time"))
		if vcs["vcs.modified"] == "true" {
			line += ", modified"
		}
	} else {
		line += ", built without its revision"
	}
	return fmt.Sprintf("%s; %s %s/%s", line, b.GoVersion, runtime.GOOS, runtime.GOARCH)
}

// noArgs is cobra.NoArgs with our exit status.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(fmt.Errorf("%q: expected flags only", args[0]))
	}
	return nil
}
