package mutants

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Verdict is the output of lwbench check --format json for one design.
type Verdict struct {
	Alloc       string  `json:"alloc"`
	Found       bool    `json:"found"`
	Kind        string  `json:"kind"`        // of failure, if one was found
	Text        string  `json:"text"`        // one line
	CPUs        int     `json:"cpus"`        // of the smallest failing run
	Ops         int     `json:"ops"`         // of it
	Preemptions int     `json:"preemptions"` // of it
	Schedules   int64   `json:"schedules"`   // run until the failure was found, or in total
	Scenarios   int64   `json:"scenarios"`
	Seconds     float64 `json:"seconds"`     // of the search on this host
	Coverage    string  `json:"coverage"`    // what was searched
	Granularity string  `json:"granularity"` // at which it was found: "machine calls", "statements"
	Declares    string  `json:"declares"`    // what the design says of itself, where that is what was found
}

// overtime is how long a search may exceed its limit to minimize a failure.
var overtime = 30 * time.Second

// grace is how long an interrupted search has to stop before it is killed.
const grace = 5 * time.Second

// search runs check with the program bin on the design of m.
func search(ctx context.Context, bin string, m *Mutant, limit time.Duration, seed uint64) (v Verdict, err error) {
	args := []string{"check", "--alloc", m.Design, "--format", "json", "--time", limit.String(), "--seed", strconv.FormatUint(seed, 10)}
	for _, set := range m.Set {
		args = append(args, "--set", set)
	}
	args = append(args, "--statements")
	if m.Speculative {
		args = append(args, "--speculative")
	}
	late, cancel := context.WithTimeout(ctx, limit+overtime)
	defer cancel()
	c := exec.CommandContext(late, bin, args...)
	c.Dir = filepath.Dir(bin) // its files are deleted with it
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = grace
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	err = c.Run()
	if ctx.Err() != nil {
		return v, ctx.Err()
	}
	if late.Err() != nil {
		return v, fmt.Errorf("its check is still running %v after its limit of %v", overtime, limit)
	}
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return v, fmt.Errorf("its check fails: %w: %s", err, lastLine(complaint.String()))
	}
	if jsonErr := json.Unmarshal(out.Bytes(), &v); jsonErr != nil || v.Alloc != m.Design {
		return v, fmt.Errorf("its check prints no verdict on %s: %s", m.Design, lastLine(out.String()+complaint.String()))
	}
	if v.Found != (err != nil) {
		return v, fmt.Errorf("its check reports found: %t, but exits with %d", v.Found, c.ProcessState.ExitCode())
	}
	return v, nil
}

// lastLine returns the last line of a program's output.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
