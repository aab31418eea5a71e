package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"lwbench/check/mutants"
	"lwbench/internal/testsize"
)

// TestCheckMutantsTable builds and checks two mutants of this tree: a bug, and an equivalent one.
func TestCheckMutantsTable(t *testing.T) {
	if !testsize.Full() {
		t.Skipf("builds lwbench twice and searches for 5 s: %s=full runs it", testsize.Variable)
	}
	var out, complaint bytes.Buffer
	if status := run([]string{"check", "--mutants", "lwbuf-mail", "lwbuf-or-then-zero", "--time", "5s"}, nil, &out, &complaint); status != exitOK {
		t.Fatalf("exit status %d: %s%s", status, &out, &complaint)
	}
	lines := strings.Split(out.String(), "\n")
	if len(lines) != 5 || !strings.Contains(lines[1], "stale access") || !strings.HasSuffix(lines[1], "machine calls  2 CPUs, 5 ops, 0 preemptions") ||
		lines[3] != "1 of 1 found; of the mutants that are no bugs 1 of 1 without a report" {
		t.Errorf("the table is\n%s", &out)
	}
}

// TestCheckMutants builds a mutant of this tree and checks that the search finds its bug.
func TestCheckMutants(t *testing.T) {
	if !testsize.Full() {
		t.Skipf("builds lwbench: %s=full runs it", testsize.Variable)
	}
	var out, complaint bytes.Buffer
	if status := run([]string{"check", "--mutants", "lwbuf-mail", "--format", "json"}, nil, &out, &complaint); status != exitOK {
		t.Fatalf("exit status %d: %s", status, &complaint)
	}
	var r mutants.Row
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || !r.OK || r.Mutant != "lwbuf-mail" || r.Schedules < 1 {
		t.Errorf("%v: %s", err, &out)
	}
}

// TestCheckMutantsRefuses checks that bad input gives one line and exit status 2, and that nothing is built.
func TestCheckMutantsRefuses(t *testing.T) {
	for args, want := range map[string]string{
		"--alloc lwbuf":    "--mutants takes no --alloc, only --time, --seed and --format",
		"--set a=1":        "--mutants takes no --set, only",
		"lwbuf-male":       `no mutant "lwbuf-male": did you mean lwbuf-mail?`,
		"--time 0s":        "--time 0s: expected a positive duration",
		"--format xml x":   `no format "xml": choose one of text, json`,
		"lwbuf-mail --x=1": "unknown flag: --x",
	} {
		var out, complaint bytes.Buffer
		status := run(append([]string{"check", "--mutants"}, strings.Fields(args)...), nil, &out, &complaint)
		if text := complaint.String(); status != exitUsage || !strings.HasPrefix(text, "lwbench: "+want) || strings.Count(text, "\n") != 1 || out.Len() > 0 {
			t.Errorf("%s: exit status %d, %q, %q; want %d, %q", args, status, text, &out, exitUsage, want)
		}
	}
	t.Chdir(t.TempDir())
	var out, complaint bytes.Buffer
	status := run([]string{"check", "--mutants"}, nil, &out, &complaint)
	if want := "lwbench: " + mutants.ErrNoTree.Error() + "\n"; status != exitUsage || complaint.String() != want {
		t.Errorf("outside of a tree: exit status %d, %q; want %q", status, &complaint, want)
	}
}
