package calibrate

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// String describes the host in one line.
func (h Host) String() string {
	kind := "bare metal"
	if h.Hypervisor {
		kind = "a virtual machine"
	}
	return fmt.Sprintf("%s, %d CPUs, %s, Linux %s; measured by lwbench calibrate", h.Model, h.CPUs, kind, h.Kernel)
}

// Write writes the figures and what a reader should know of them.
func (r *Result) Write(w io.Writer) error {
	t := table.NewWriter()
	t.SetStyle(table.Style{Name: "plain", Box: table.BoxStyle{PaddingLeft: "  ", PaddingRight: ""}})
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(table.Row{"figure", "median", "unit", "spread", "n", "dropped"})
	var right []table.ColumnConfig
	for _, i := range []int{2, 4, 5, 6} {
		right = append(right, table.ColumnConfig{Number: i, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(right)
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
		t.AppendRow(table.Row{f.Name, short(f.Median), f.Unit, spread, f.N, f.Dropped})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %.0f s\n", r.Host, r.Seconds)
	for line := range strings.Lines(t.Render() + "\n") {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	list := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "\n%s:\n  %s\n", title, strings.Join(lines, "\n  "))
		}
	}
	list("Not measured", missing)
	list("Unusual", r.Unusual)
	list("The host was not quiet", r.Noise.Complaints())
	_, err := io.WriteString(w, b.String())
	return err
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
