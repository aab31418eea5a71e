// Command lwbench compares the ways in which kernels map a page temporarily, on a simulated machine.
//
// Each subcommand has a file of its name, which turns flags into a call of a package and prints the result. Files
// that subcommands share: flags.go (flags), flagvalues.go (how often a flag is given), output.go (where files may be
// written), lists.go (designs, workloads, machines), profiles.go (--profile), progress.go (the progress bar), show.go
// and reps.go (the figures of a cell), stale.go (the trace of a stale access), saved.go (a trace with its header).
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"lwbench/bench/input"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// The exit statuses.
const (
	exitOK     = 0
	exitFound  = 1   // a stale access, a broken rule, a failed expectation, or an error while running
	exitUsage  = 2   // bad input; nothing was run
	exitWorse  = 3   // compare --fail-on: something is worse
	exitBetter = 4   // compare --fail-on any: something changed, and nothing is worse
	exitSignal = 128 // and the number of the signal: 130 after ^C, 143 after SIGTERM; finished results are kept
)

func main() {
	debug.SetGCPercent(400) // cells allocate fast, and most objects are short-lived
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// usageError is an error in the user's input: exit status 2.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}

// errFound is exit status 1 after the cause has been printed.
var errFound = errors.New("found")

// statusError is an exit status whose cause has been printed.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run is main without package os, for tests.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, ended, stop := interruptible()
	defer stop()
	files := input.NewFiles(stdin)
	defer func() { _ = files.Close() }()
	ctx = context.WithValue(ctx, filesKey{}, files)
	out := &dataWriter{Writer: stdout}
	root := newRoot(out)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	out.flush()
	if out.err != nil { // most callers ignore print errors: report the failure once, here
		fmt.Fprintln(stderr, "lwbench: cannot write the output:", record.Cause(out.err))
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
		return exitSignal + int(ended())
	case errors.As(err, &bad) && !refused(err):
		fmt.Fprintln(stderr, "lwbench:", message(err))
		return exitUsage
	}
	fmt.Fprintln(stderr, "lwbench:", message(err))
	return exitFound
}

// refused reports whether a device took no more data. Whatever the command was doing, this is not bad usage.
func refused(err error) bool {
	return slices.ContainsFunc([]error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.EIO}, func(cause error) bool { return errors.Is(err, cause) })
}

// interruptible returns a context that the first ^C or SIGTERM cancels, and which of them it was. The second one ends the program at
// once.
func interruptible() (ctx context.Context, ended func() syscall.Signal, stop context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	var by atomic.Int64
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-signals:
			number, _ := s.(syscall.Signal)
			by.Store(int64(number))
		case <-ctx.Done():
		}
		signal.Stop(signals) // restore the default action
		cancel()
	}()
	return ctx, func() syscall.Signal { return syscall.Signal(by.Load()) }, cancel
}

// filesKey is the context key of the program's input files. Standard input is read once for all cells.
type filesKey struct{}

// resolve resolves options with the program's lists and input files.
func resolve(c *cobra.Command, o *plan.Options) (*plan.Grid, error) {
	g, err := o.Resolve(lists())
	if err != nil {
		return nil, err
	}
	g.Files = inputFiles(c)
	return g, nil
}

// inputFiles returns the opener for the files that a command reads.
func inputFiles(c *cobra.Command) *input.Files {
	files, _ := c.Context().Value(filesKey{}).(*input.Files)
	return files
}

// dataWriter is stdout. After the first error it writes nothing more, so that the output has no gaps. A stdout that the
// caller closed is no error: the Go runtime opens /dev/null in its place, before any code of ours runs.
type dataWriter struct {
	io.Writer
	err   error
	shown *texttab.Screen // what people read, on a terminal; nil elsewhere and before the first of it
}

func (w *dataWriter) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.Writer.Write(p)
	w.err = err
	return n, err
}

// text is the format of what people read.
const text = "text"

// screen returns stdout for output in a format. On a terminal, text fits its width; data and what goes into a pipe have
// any width.
func screen(c *cobra.Command, format string) io.Writer {
	w, ok := c.OutOrStdout().(*dataWriter)
	if !ok || format != text || !onTerminal(w.Writer) {
		return c.OutOrStdout()
	}
	if w.shown == nil {
		columns, _, err := term.GetSize(int(w.Writer.(*os.File).Fd()))
		if err != nil || columns < 20 {
			columns = 80
		}
		w.shown = texttab.NewScreen(w, columns)
	}
	return w.shown
}

// flush writes the end of what people read. The caller reads err.
func (w *dataWriter) flush() {
	if w.shown != nil {
		_ = w.shown.Flush()
	}
}

// newRoot returns the program's commands. They write to out.
func newRoot(out io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:     "lwbench",
		Short:   "compare the ways in which kernels map a page temporarily",
		Version: versionLine(),
		Long: `lwbench runs kernel designs for temporary page mappings (sf_buf, lwbuf, …) as real code on a simulated machine. Results
are exact and reproducible byte for byte, and every access is checked for stale TLB entries.

  lwbench sweep                                             all designs under all workloads, in half a minute
  lwbench run --alloc sfbuf --workload xio --cpus 16        one cell with all its counters
  lwbench run --alloc lwbuf-submitted --workload stray      the bug of the March 2009 patch, as a trace
  lwbench check --alloc lwbuf-submitted                     the same bug, found by schedule search
  lwbench list                                              all names that the flags accept

A list that is given twice adds up; every other flag is given once. A file is written into a folder that exists (results is
made). An earlier file of that name is renamed to FILE.~1~, FILE.~2~ and so on, unless it has the same contents; --resume continues
it. A flag that names a folder makes it, and files there are replaced. Stderr says which file was written. On a terminal,
text and tables are as wide as it; in a pipe they depend on nothing. Bad input is one
line on stderr, with exit status 2; output that cannot be written (a full disk) is one line too, with status 1. ^C ends with
status 130, SIGTERM with 143.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          func(c *cobra.Command, args []string) error { return noSuch("command", c, args) },
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage(fmt.Errorf("%w: %s", plain(err), flagAdvice(c, err)))
	})
	root.AddCommand(sweepCommand(), mergeCommand(), cacheCommand(), runCommand(), profileCommand(), replayCommand(), importCommand(), whyCommand(), checkCommand(), compareCommand(), reportCommand(), serveCommand(), validateCommand(), sensitivityCommand(), exposureCommand(), calibrateCommand(), besideCommand(), listCommand(), versionCommand())
	for _, sub := range root.Commands() {
		strict(sub)
	}
	root.SetOut(out) // before cobra's own commands, which take it when they are made
	root.SetVersionTemplate("{{.Version}}\n")
	help := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		out := c.OutOrStdout()
		c.SetOut(screen(c, text))
		help(c, args)
		c.SetOut(out)
	})
	strictHelp(root)
	addCompletions(root)
	return root
}

// strictHelp makes help and completion refuse names that no command has.
func strictHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Args = func(_ *cobra.Command, args []string) error {
				at, rest, err := root.Find(args)
				if err != nil {
					return noSuch("command", root, args)
				}
				return noSuch("command", at, rest)
			}
		case "completion":
			c.Args, c.RunE = func(c *cobra.Command, args []string) error { return noSuch("shell", c, args) }, func(c *cobra.Command, _ []string) error { return c.Help() }
		}
	}
}

// noSuch is the error for arguments that name no subcommand of c; nil without arguments. what is what its subcommands are.
func noSuch(what string, c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			known = append(known, sub.Name())
		}
	}
	return usage(texttab.Unknown("no "+what, strings.Join(args, " "), known))
}

// flagAdvice says what to do about a flag that cannot be parsed: take the nearest one, or read the help.
func flagAdvice(c *cobra.Command, err error) string {
	if no, ok := errors.AsType[*pflag.NotExistError](err); ok {
		var known []string
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		if near := texttab.Nearest(cmp.Or(no.GetSpecifiedShortnames(), no.GetSpecifiedName()), known); near != "" {
			return "did you mean --" + near + "?"
		}
	}
	return fmt.Sprintf("try %s --help", c.CommandPath())
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "print the program's version and the revision it was built from", Args: noArgs,
		Run: func(c *cobra.Command, _ []string) {
			fmt.Fprintln(c.OutOrStdout(), versionLine())
		},
	}
}

// versionLine returns the module's version, the commit that the program was built from, and the version of Go.
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
		line += fmt.Sprintf(", %s %s of %s", cmp.Or(vcs["vcs"], "revision"), revision, cmp.Or(vcs["vcs.time"], "unknown date"))
		if vcs["vcs.modified"] == "true" {
			line += ", modified"
		}
	} else {
		line += ", built without VCS information"
	}
	return fmt.Sprintf("%s; %s %s/%s", line, b.GoVersion, runtime.GOOS, runtime.GOARCH)
}

// unlimited is no limit to the number of arguments.
const unlimited = math.MaxInt

// takes checks the number of arguments; wrong says what was expected.
func takes(least, most int, wrong func(args []string) error) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return usage(wrong(args))
		}
		return nil
	}
}

// noArgs is cobra.NoArgs with the exit status of bad usage.
func noArgs(c *cobra.Command, args []string) error {
	return takes(0, 0, func(args []string) error { return fmt.Errorf("%q: expected flags only", args[0]) })(c, args)
}
