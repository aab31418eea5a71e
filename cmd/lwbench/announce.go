package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"lwbench/bench"
	"lwbench/bench/shard"
	"lwbench/internal/texttab"
)

// What a CPU of the host does in a second, roughly: only announcements depend on it.
const (
	predictedSteady = 600     // of shard.Predict for cells that run until they are steady: the default sweep takes 60 CPU seconds
	predictedGiven  = 450_000 // for cells with a given number of operations
	schedules       = 12_500  // of lwbench check, at machine calls
)

// long is the time from which a command announces how long it takes.
const long = 20 * time.Second

// onTerminal reports whether w is a terminal.
func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// announce says on a terminal how long a command is about to take, at least and at most, and how to shorten it. It says
// nothing in a pipe, and nothing of a short one.
func announce(c *cobra.Command, least, most time.Duration, shorter string) {
	if most >= long {
		announceText(c, duration(least, most)+"; "+shorter)
	}
}

// announceText says something on a terminal.
func announceText(c *cobra.Command, text string) {
	if onTerminal(c.ErrOrStderr()) {
		fmt.Fprintf(c.ErrOrStderr(), "lwbench: %s\n", text)
	}
}

// duration is a range in words: "about 40 seconds", "about 3 to 7 minutes".
func duration(least, most time.Duration) string {
	one, unit := time.Minute, "minute"
	if most < 90*time.Second {
		one, unit = time.Second, "second"
	}
	lo, hi := int64(math.Ceil(float64(least)/float64(one))), int64(math.Ceil(float64(most)/float64(one)))
	if lo == hi {
		return "about " + texttab.Count(hi, unit)
	}
	return fmt.Sprintf("about %d to %s", lo, texttab.Count(hi, unit))
}

// fewer is how a command of many cells is shortened.
const fewer = "--alloc, --workload and --cpus choose fewer cells; after ^C --resume continues"

// timeOf estimates how long cells take on the host.
func timeOf(cells []*bench.Cell, jobs int) time.Duration {
	seconds := 0.0
	for _, cell := range cells {
		rate := float64(predictedGiven)
		if cell.Until != nil {
			rate = predictedSteady
		}
		seconds += shard.Predict(cell) / rate
	}
	return share(seconds, jobs)
}

// share is the time of some CPU seconds in jobs that run in parallel.
func share(seconds float64, jobs int) time.Duration {
	return time.Duration(seconds / float64(max(1, min(jobs, runtime.GOMAXPROCS(0)))) * float64(time.Second))
}

// announceCells says how long cells take. Real threads take what they are given.
func announceCells(c *cobra.Command, cells []*bench.Cell, jobs int) {
	if len(cells) > 0 && !cells[0].Engine.Threads {
		d := timeOf(cells, jobs)
		announce(c, d, d, fewer)
	}
}
