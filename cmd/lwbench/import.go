package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/bench/input"
	"lwbench/bench/input/capture"
	"lwbench/bench/plan"
	"lwbench/internal/texttab"
	"lwbench/mmu"
)

type importFlags struct {
	out, format, machine string
	limit                int
}

func importCommand() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "describe a capture of a running kernel, or convert it to an ops trace",
		Long: `Import reads the output of the bpftrace and DTrace programs in scripts/capture, or perf script or ftrace text of the
same probes or of the tracepoint tlb:tlb_flush; - is standard input. It describes what the kernel did: the pages of a
mapping, how long it is held, where it ends, how often a page is mapped again, and which CPUs flush each other's TLBs. It
prints parameters for the synthetic workload that give similar mappings. With -o it also writes an ops trace with time
stamps, for lwbench replay --open. docs/INPUT.md has the command line for each system.`,
		Args: takes(1, 1, func(args []string) error { return fmt.Errorf("expected one capture, got %d", len(args)) }),
		RunE: func(c *cobra.Command, args []string) error { return importCapture(c, &f, args[0]) },
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVarP(&f.out, "output", "o", "", "write the mappings as an ops trace to `FILE`; - is stdout, and the description then goes to stderr")
	fs.StringVar(&f.format, "format", "auto", "format of the capture: "+strings.Join(capture.Choices(), ", "))
	fs.StringVar(&f.machine, "machine", plan.DefaultMachine, "machine whose clock turns times into cycles, by name or file")
	fs.IntVar(&f.limit, "limit", 2_000_000, "maximum number of events to read, 1 to 8000000")
	return c
}

func importCapture(c *cobra.Command, f *importFlags, name string) error {
	if f.limit < 1 || f.limit > 8_000_000 {
		return usage(fmt.Errorf("--limit %d is out of range: choose 1 to 8000000", f.limit))
	}
	if err := outFileOrStdout(f.out); err != nil {
		return usage(err)
	}
	spec, err := loadMachine(f.machine)
	if err != nil {
		return usage(err)
	}
	lines, err := inputFiles(c).Lines(name)
	if err != nil {
		return usage(err)
	}
	events, err := capture.Read(lines, f.format, f.limit)
	if err != nil {
		return usage(err)
	}
	w := screen(c, text)
	if f.out == "-" {
		w = c.ErrOrStderr()
	}
	if f.out != "" {
		if events.Mappings == 0 {
			return usage(fmt.Errorf("%s: no mappings found: cannot write an ops trace", input.Title(name)))
		}
		if err := writeOps(c, f.out, events, fmt.Sprintf("imported from %s (%s)", input.Title(name), events.Format)); err != nil {
			return err
		}
	}
	printCapture(w, events, events.Summary(), spec)
	return nil
}

// writeOps writes the ops trace.
func writeOps(c *cobra.Command, path string, from *capture.Capture, comment string) error {
	file, done, err := stream(c, path)
	if err != nil {
		return err
	}
	return done(from.WriteOps(file, comment))
}

// printCapture describes a capture.
func printCapture(w io.Writer, events *capture.Capture, s *capture.Summary, spec *mmu.Spec) {
	fmt.Fprintf(w, "read as %s: %s over %.3f s on %s\n", events.Format, texttab.Count(events.Events, "event"), float64(s.Span)/1e9, texttab.Count(s.CPUs, "CPU"))
	if events.More {
		fmt.Fprintln(w, "stopped at --limit; the capture has more events")
	}
	for _, note := range events.Notes {
		fmt.Fprintln(w, note)
	}
	if s.Mappings > 0 {
		share := func(n int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(s.Mappings)) }
		fmt.Fprintf(w, "\n%s of %s\n", texttab.Count(s.Mappings, "mapping"), texttab.Count(s.Pages, "different page"))
		fmt.Fprintf(w, "  of a page mapped before            %s\n", share(s.Again))
		fmt.Fprintf(w, "  of a page mapped at that moment    %s\n", share(s.Shared))
		fmt.Fprintf(w, "  private to one CPU                 %s\n", share(s.Private))
		fmt.Fprintf(w, "  that end on another CPU            %s\n", share(s.Away))
		fmt.Fprintf(w, "  whose end is not in the capture    %s\n", share(s.Open))
		if s.Stray > 0 {
			fmt.Fprintf(w, "  ends without a start               %d\n", s.Stray)
		}
		printBins(w, "pages of a mapping", s.Sizes)
		printQuantiles(w, "held for", s.Held)
		printQuantiles(w, "between two mappings on one CPU", s.Gap)
	}
	printBins(w, "pages of a sendfile call", s.Sends)
	if len(s.Flushes) > 0 {
		fmt.Fprintln(w, "\nTLB flushes")
		for _, f := range s.Flushes {
			fmt.Fprintf(w, "  %-22s %d, of which %d full flushes", f.Reason, f.N, f.Full)
			if n := capture.Mean(f.Pages); n > 0 {
				fmt.Fprintf(w, ", the others %.1f pages on average", n)
			}
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "  %d remote shootdowns follow an IPI of another CPU within 1 ms\n", s.Targets)
	}
	printPairs(w, s.Pairs)
	if s.Mappings > 0 {
		fmt.Fprintf(w, "\nresembles: lwbench sweep --workload synthetic --cpus %d %s\n", s.CPUs, strings.Join(resembling(s, spec), " "))
	}
}

// resembling returns the parameters of the synthetic workload that give mappings of this shape.
func resembling(s *capture.Summary, spec *mmu.Spec) []string {
	cycles := func(nanos int64) int64 { return int64(float64(nanos) * spec.ClockHz / 1e9) }
	ended := max(s.Held.N, 1)
	params := []struct {
		name  string
		value any
	}{
		{"pages", s.Pages},
		{"batch", min(max(int(capture.Mean(s.Sizes)+0.5), 1), 256)},
		{"hold", cycles(s.Held.P50)},
		{"away", fmt.Sprintf("%.2f", float64(s.Away)/float64(ended))},
		{"gap", min(cycles(max(s.Gap.P50-s.Held.P50, 0)), 1e9)},
	}
	if s.Private == s.Mappings {
		params = append(params, struct {
			name  string
			value any
		}{"private", 1})
	}
	var out []string
	for _, p := range params {
		out = append(out, fmt.Sprintf("--param synthetic.%s=%v", p.name, p.value))
	}
	return out
}

func printBins(w io.Writer, title string, bins []capture.Bin) {
	all := 0
	for _, b := range bins {
		all += b.N
	}
	if all == 0 {
		return
	}
	fmt.Fprintln(w, "\n"+title)
	for _, b := range bins {
		name := fmt.Sprint(b.From)
		if b.To > b.From {
			name = fmt.Sprintf("%d to %d", b.From, b.To)
		}
		bar(w, name, int64(b.N), int64(all))
	}
}

func printQuantiles(w io.Writer, title string, q capture.Quantiles) {
	if q.N == 0 {
		return
	}
	us := func(nanos int64) float64 { return float64(nanos) / 1e3 }
	fmt.Fprintf(w, "%s: median %.3f µs, 90 %% within %.3f, 99 %% within %.3f, longest %.3f\n", title, us(q.P50), us(q.P90), us(q.P99), us(q.Max))
}

// printPairs prints the most frequent pairs of CPUs.
func printPairs(w io.Writer, pairs []capture.Pair) {
	if len(pairs) == 0 {
		return
	}
	all := 0
	for _, p := range pairs {
		all += p.N
	}
	fmt.Fprintln(w, "\nfrom CPU to CPU")
	for i, p := range pairs {
		if i == 10 {
			fmt.Fprintf(w, "  … and %s more\n", texttab.Count(len(pairs)-i, "pair"))
			return
		}
		bar(w, fmt.Sprintf("%d to %d", p.From, p.To), int64(p.N), int64(all))
	}
}
