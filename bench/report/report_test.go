package report

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"lwbench/allocators/all"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/workload"
	"lwbench/mmu/machines"
)

func testLists() plan.Lists {
	return plan.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: machines.Load}
}

// file writes a result file: its configuration, and lines as "Xio/alloc=sfbuf/cpus=4 7 cycles/op …".
func file(command, config string, lines ...string) string {
	return "# made by: " + command + "\n" + config + "\n\nBenchmark" + strings.Join(lines, "\nBenchmark") + "\n"
}

// cell is a line for file, with one operation.
func cell(workload, design string, cpus int, values string) string {
	return fmt.Sprintf("%s/alloc=%s/cpus=%d 1 %s", workload, design, cpus, values)
}

const virtual = "engine: virtual\nmachine: haswell-2s"

// read adds a result file in the Go benchmark format.
func read(r *Results, name string, in io.Reader) error {
	f, err := record.Read(name, in)
	if err != nil {
		return err
	}
	return r.Add(f)
}

// results reads texts as files a, b, … and fails the test on an error.
func results(t testing.TB, texts ...string) *Results {
	t.Helper()
	r := New(testLists())
	for i, text := range texts {
		if err := read(r, fmt.Sprintf("%c.txt", 'a'+i), strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// verdictOf returns the verdict of the only panel, one line per sentence.
func verdictOf(t *testing.T, texts ...string) string {
	t.Helper()
	r := results(t, texts...)
	if len(r.panels) != 1 {
		t.Fatalf("%d panels, want 1", len(r.panels))
	}
	return strings.Join(r.panels[0].Verdict(), "\n")
}
