package live_test

import (
	"os"
	"testing"

	"lwbench/internal/splice"
)

// TestTables: every table of the README follows from the recorded files.
func TestTables(t *testing.T) {
	ratios, err := os.ReadFile("ratios.table")
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.ReadFile("host.txt")
	if err != nil {
		t.Fatal(err)
	}
	live := read(t, "sec/op", "sweep.txt", "exec.txt")
	virtual := read(t, "cycles/op", "virtual.txt")
	splice.Check(t, "./results/live", "README.md", []splice.Table{
		{Name: "ratios", Text: string(ratios)},
		{Name: "noise", Text: noise(live)},
		{Name: "host", Text: "```\n" + string(host) + "```\n"},
		{Name: "rankings", Text: rankings(live, virtual)},
		{Name: "opposed", Text: opposed(live, virtual)},
	}, nil)
}
