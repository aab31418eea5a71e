package calibrate

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"lwbench/internal/texttab"
)

// String describes the host in one line.
func (h Host) String() string {
	kind := "bare metal"
	if h.Hypervisor {
		kind = "a virtual machine"
	}
	return fmt.Sprintf("%s, %d CPUs, %s, Linux %s; measured by lwbench calibrate", h.Model, h.CPUs, kind, h.Kernel)
}

// Write writes the figures and notes on them.
func (r *Result) Write(w io.Writer) error {
	t := texttab.Table{Indent: "  ", Align: "lrlr"}
	t.Row("figure", "median", "unit", "spread", "n", "dropped")
	var missing []string
	for i := range r.Figures {
		f := &r.Figures[i]
		if f.Err != nil {
			missing = append(missing, f.Name+": "+oneLine(f.Err.Error()))
			continue
		}
		spread := fmt.Sprintf("±%.0f %%", 100*f.Spread)
		if f.counted() {
			spread = ""
		}
		t.Row(f.Name, short(f.Median), f.Unit, spread, strconv.Itoa(f.N), strconv.Itoa(f.Dropped))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %s, %.0f s\n", r.Host, texttab.Count(r.Passes, "pass"), r.Seconds)
	_ = t.Write(&b) // a builder has no errors
	list := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "\n%s:\n  %s\n", title, strings.Join(lines, "\n  "))
		}
	}
	list("Not measured", missing)
	list("Unusual", r.Unusual)
	list("The host was not idle", r.Noise.Complaints())
	_, err := io.WriteString(w, b.String())
	return err
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
