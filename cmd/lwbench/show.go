package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"lwbench/bench"
	"lwbench/bench/report"
	"lwbench/bench/steady"
	"lwbench/bench/workload"
	"lwbench/internal/texttab"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// show prints everything that the cell measured.
func show(w io.Writer, r *bench.Result) error {
	o := r.Out
	threads := ""
	if r.Cell.Engine.Threads {
		threads = ", real threads"
	}
	fmt.Fprintf(w, "%s on %s%s, seed %d\n", r.Cell.Name(), r.Cell.Machine.Name, threads, r.Cell.Seed)
	if wrong := o.Wrong(); wrong != "" {
		fmt.Fprintf(w, "! wrong answers: %s; the first is below\n", wrong)
	}
	for _, line := range append(header(r), o.Notes...) {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w)
	t := texttab.Table{Align: "l"}
	for _, u := range r.Cell.Engine.Units {
		text := "n/a" // the header says why
		if v := u.Value(o); !math.IsNaN(v) {
			text = fmt.Sprint(v)
		}
		t.Row(u.Name, text, u.Doc)
	}
	if r.Cell.Engine.Exact {
		t.Row("digest", fmt.Sprintf("%016x", o.Digest), "hash of all clocks, charges and counters: identical runs have equal digests")
	}
	if err := t.Write(w); err != nil || o.Live != nil {
		return err
	}
	fmt.Fprintln(w, "\nwhere the cycles go")
	for k, n := range o.Spent {
		if n > 0 && smp.Cost(k) != smp.CostIdle {
			bar(w, smp.Cost(k).String(), int64(n), int64(o.Cycles))
		}
	}
	fmt.Fprintln(w, "\ncycles of an operation")
	histogram(w, o.Latency)
	return nil
}

// header returns the lines that give the length of the run and the limits of its figures.
func header(r *bench.Result) []string {
	o := r.Out
	l := o.Live
	switch {
	case l == nil:
		return append(virtualTime(r), report.Why(r.Record()))
	case l.Pinned:
		return []string{
			liveTime(o), fmt.Sprintf("pin: core; pinned threads were descheduled %s; load %.1f", texttab.Count(l.Descheduled, "time"), l.Load),
			hardware(l),
		}
	}
	return []string{liveTime(o), fmt.Sprintf("pin: none (%s): no claim about scaling; load %.1f", l.Why, l.Load), hardware(l)}
}

// hardware says which counters of the host the figures have.
func hardware(l *workload.LiveOutcome) string {
	line := "hardware counters: user mode"
	if why := l.Hardware.NoCounts; why != "" {
		line = "hardware counters: unavailable: " + why
	}
	if why := l.Hardware.NoShootdowns; why != "" {
		line += "; shootdowns of the host: unavailable: " + why
	}
	return line
}

// virtualTime describes the counting window, what came before it, and the limits of the figures.
func virtualTime(r *bench.Result) []string {
	o := r.Out
	ms := func(t mmu.Cycles) float64 { return float64(t) / r.Cell.Machine.ClockHz * 1e3 }
	line := fmt.Sprintf("%s in %.3f ms of virtual time", texttab.Count(o.Ops, "operation"), ms(o.Elapsed))
	if o.From > 0 {
		line += fmt.Sprintf(", after %s in %.3f ms that are not counted", texttab.Count(o.Before, "operation"), ms(o.From))
	}
	if v := o.Verdict; v.Status != steady.Whole {
		line += fmt.Sprintf("; cost ± %.2g %%", 100*v.Cost)
	}
	lines := []string{line}
	if why := o.Verdict.Status.String(); why != "" {
		lines = append(lines, fmt.Sprintf("~ %s: the cost differs by %+.1f %% from that before the window", why, 100*o.Verdict.Drift))
	}
	if o.Starved > 0 {
		lines = append(lines, fmt.Sprintf("< %d of %s ended no operation in the window: such a cell never wins", o.Starved, texttab.Count(r.Cell.CPUs, "CPU")))
	}
	return lines
}

func liveTime(o *workload.Outcome) string {
	line := fmt.Sprintf("%s in %.3f ms; ", texttab.Count(o.Ops, "operation"), o.Live.Elapsed*1e3)
	if o.Live.Timed == 0 {
		return line + "none of them was timed, so that latencies are n/a: each CPU times one in 32"
	}
	return line + fmt.Sprintf("the latency of %d of them was measured", o.Live.Timed)
}

// bar prints one bar of a chart.
func bar(w io.Writer, name string, n, of int64) {
	share := float64(n) / float64(max(of, 1))
	fmt.Fprintf(w, "  %-12s %5.1f %%  %s\n", name, 100*share, strings.Repeat("#", int(share*50+0.5)))
}

// histogram prints the distribution by powers of two.
func histogram(w io.Writer, h *workload.Histogram) {
	var from mmu.Cycles
	var n int64
	up := mmu.Cycles(1)
	flush := func() {
		if n > 0 {
			bar(w, fmt.Sprintf("< %d", up), n, h.Count())
		}
		n = 0
	}
	h.Each(func(upTo mmu.Cycles, count int64) {
		for from = upTo; from >= up; {
			flush()
			up *= 2
		}
		n += count
	})
	flush()
}
