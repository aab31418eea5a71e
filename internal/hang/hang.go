// Package hang runs code that may never return. Go cannot stop a goroutine from outside, so code that loops without
// calling anything that notices a cancelled context is named, with its stack, and left behind.
//
// The virtual engine runs every simulated CPU as a coroutine of the goroutine that called it. A design that loops without
// calling the machine keeps that goroutine forever.
package hang

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// Error is the error of code that made no progress.
type Error struct {
	After time.Duration
	Stack string // of the code that runs, innermost call first: "function\n\tfile:line\n" for each; empty if it was not found
}

// Error names the time and the stack.
func (e *Error) Error() string {
	return fmt.Sprintf("no call of the machine for %v\n\n%s", e.After, e.Stack)
}

// label marks the goroutines of one Run; coroutines inherit it.
const label = "hang.Run"

// looks is how often progress is looked at within the bound. A suspended process sees one late look, and not the time.
const looks = 20

// Run calls f on a goroutine of its own and returns its error. If progress stays the same for the time of the bound, Run
// returns an *Error and leaves f running: the program should end soon. progress is called from another goroutine.
func Run(bound time.Duration, progress func() int64, f func() error) error {
	last := progress()
	return watch(bound, f, func(string) bool {
		now := progress()
		same := now == last
		last = now
		return same
	})
}

// In is Run for code without a count of its progress: it is stuck if its stack, as in Error, is a stuck one at every
// look within the time of the bound. A caller whose f ends its goroutine gets no error.
func In(bound time.Duration, stuck func(stack string) bool, f func() error) error {
	return watch(bound, f, func(id string) bool { return stuck(running(id)) })
}

// watch calls f on a goroutine of its own, and stuck with the goroutine's label at each look.
func watch(bound time.Duration, f func() error, stuck func(id string) bool) error {
	done := make(chan error, 1)
	id := fmt.Sprintf("%p", done)
	go pprof.Do(context.Background(), pprof.Labels(label, id), func(context.Context) {
		defer close(done) // also where f ends the goroutine
		done <- f()
	})
	tick := time.NewTicker(max(bound/looks, 1))
	defer tick.Stop()
	for same := 0; ; {
		select {
		case err := <-done:
			return err
		case <-tick.C:
		}
		if !stuck(id) {
			same = 0
			continue
		}
		if same++; same >= looks {
			return &Error{bound, running(id)}
		}
	}
}

// running returns the stack of the goroutine of a Run that is not waiting for another.
func running(id string) string {
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 0); err != nil {
		return ""
	}
	p, err := profile.Parse(&b)
	if err != nil {
		return ""
	}
	for _, s := range p.Sample {
		if len(s.Label[label]) == 0 || s.Label[label][0] != id {
			continue
		}
		if text := stack(s); text != "" {
			return text
		}
	}
	return ""
}

// stack prints a sample; it is empty for a coroutine that waits for another.
func stack(s *profile.Sample) string {
	var b strings.Builder
	for _, l := range s.Location {
		for _, line := range l.Line {
			name := line.Function.Name
			switch {
			case name == "runtime.coroswitch" || name == "runtime.coroswitch_m":
				return ""
			case strings.HasPrefix(name, "runtime."):
				continue
			}
			fmt.Fprintf(&b, "%s\n\t%s:%d\n", name, line.Function.Filename, line.Line)
		}
	}
	return b.String()
}
