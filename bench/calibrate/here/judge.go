package here

import (
	"fmt"
	"io"
	"math"
	"strings"

	"lwbench/bench/calibrate/lab"
	"lwbench/internal/texttab"
)

// Row is one pattern at one number of threads: nanoseconds per operation on its thread.
type Row struct {
	Pattern   string
	Threads   int
	Predicted float64
	Measured  lab.Estimate
	Load      lab.Load // of others while it was measured
	Err       error    // why it was not measured
}

// Result is a comparison of the model with the host.
type Result struct {
	Machine   string
	Costs     Costs
	CostsLoad lab.Load // of others while the costs were measured
	Rows      []Row
	Noise     lab.Noise
	Noisy     bool // disturbed rows count
}

// counts reports whether a row says something of the model: it was measured, and nothing disturbed it.
func (r *Result) counts(row *Row) bool { return row.Err == nil && (r.Noisy || !row.Load.Disturbed()) }

// Within is the tolerance of a prediction, as a factor up and down.
const Within = 1.3

// Off returns the factor between prediction and measurement, 1 or more.
func (r *Row) Off() float64 {
	return max(r.Predicted/r.Measured.Median, r.Measured.Median/r.Predicted)
}

// Order counts pairs of rows that count whose measurements differ by more than the spread of their samples, and returns those
// that the model predicts in the opposite order.
func (r *Result) Order() (pairs int, reversed [][2]*Row) {
	for i := range r.Rows {
		for j := range i {
			a, b := &r.Rows[j], &r.Rows[i]
			if !r.counts(a) || !r.counts(b) {
				continue
			}
			if a.Measured.Median > b.Measured.Median {
				a, b = b, a
			}
			if a.Measured.Median*(1+a.Measured.Spread) >= b.Measured.Median*(1-b.Measured.Spread) {
				continue
			}
			pairs++
			if a.Predicted > b.Predicted {
				reversed = append(reversed, [2]*Row{a, b})
			}
		}
	}
	return pairs, reversed
}

// Error returns the typical error of the predictions of rows that count, the geometric mean of Off, and the largest; 0 if no row counts.
func (r *Result) Error() (mean, worst float64) {
	sum, n := 0.0, 0
	for i := range r.Rows {
		if row := &r.Rows[i]; r.counts(row) {
			sum += math.Log(row.Off())
			worst = max(worst, row.Off())
			n++
		}
	}
	if n == 0 {
		return 0, 0
	}
	return math.Exp(sum / float64(n)), worst
}

// Disturbed counts the measurements during which the host was not idle, in spite of all attempts. A prediction rests on the costs.
func (r *Result) Disturbed() (rows int, costs bool) {
	for i := range r.Rows {
		if r.Rows[i].Load.Disturbed() {
			rows++
		}
	}
	return rows, r.CostsLoad.Disturbed()
}

// Complaints returns the reasons why the host was too busy to judge the model, one line each.
func (r *Result) Complaints() []string {
	list := r.Noise.Complaints()
	rows, costs := r.Disturbed()
	if costs {
		list = append(list, fmt.Sprintf("the kernel's costs were measured beside others in each of %d attempts: %s", attempts, text(r.CostsLoad)))
	}
	if 2*rows > len(r.Rows) {
		list = append(list, fmt.Sprintf("%d of %d patterns were measured beside others in each of %d attempts", rows, len(r.Rows), attempts))
	}
	return list
}

// text describes the load of others.
func text(l lab.Load) string {
	return fmt.Sprintf("%.1f threads of other processes, %.0f %% of the CPUs' time stolen", l.Others, 100*l.Steal)
}

// Failed reports whether the host contradicts the model: an order is reversed, or a prediction is off by more than
// Within.
func (r *Result) Failed() bool {
	_, reversed := r.Order()
	_, worst := r.Error()
	return len(reversed) > 0 || worst > Within
}

// Write writes the comparison for a terminal.
func (r *Result) Write(w io.Writer) error {
	var b strings.Builder
	c := r.Costs
	fmt.Fprintf(&b, "The kernel's own part, measured on one thread, ns: mmap %.0f, mmap over a present page %.0f, fault %.0f, touch %.1f,\n"+
		"unmapping %.0f and %.0f for each further page.\n", c.MapFree, c.MapOver, c.Fault, c.Touch, c.Unmap1, c.Unmap)
	for _, k := range c.Contended {
		fmt.Fprintf(&b, "On %s, without any shootdown: a call under mmap_lock holds it for %+.0f, a fault takes %.0f.\n", texttab.Count(k.Threads, "thread"), k.Lock, k.Fault)
	}
	fmt.Fprintf(&b, "The rest is predicted by %s.\n", r.Machine)
	t := &texttab.Table{Indent: "  ", Align: "lrrrrl"}
	t.Row("pattern, ns an operation", "threads", "predicted", "measured", "spread", "error")
	for i := range r.Rows {
		row := &r.Rows[i]
		if row.Err != nil {
			t.Row(row.Pattern, fmt.Sprint(row.Threads), number(row.Predicted), "-", "", "not measured: "+row.Err.Error())
			continue
		}
		mark := fmt.Sprintf("%+.0f %%", (row.Predicted/row.Measured.Median-1)*100)
		switch {
		case row.Load.Disturbed():
			mark += " DISTURBED: " + text(row.Load)
		case row.Off() > Within:
			mark += " OFF"
		}
		t.Row(row.Pattern, fmt.Sprint(row.Threads), number(row.Predicted), number(row.Measured.Median), fmt.Sprintf("±%.0f %%", 100*row.Measured.Spread), mark)
	}
	if err := t.Write(&b); err != nil {
		return err
	}
	pairs, reversed := r.Order()
	fmt.Fprintf(&b, "\n%d of %d pairs that are measured apart are predicted in that order.\n", pairs-len(reversed), pairs)
	for _, p := range reversed {
		fmt.Fprintf(&b, "  REVERSED: %s, measured below %s\n", p[0], p[1])
	}
	if rows, _ := r.Disturbed(); rows > 0 {
		said := "do not count"
		if r.Noisy {
			said = "count because noise is allowed"
		}
		fmt.Fprintf(&b, "%d of %d patterns were disturbed in each of %d attempts, and %s.\n", rows, len(r.Rows), attempts, said)
	}
	if mean, worst := r.Error(); worst > 0 {
		fmt.Fprintf(&b, "Predictions are off by %.0f %% in the geometric mean, by %.0f %% at worst.\n", (mean-1)*100, (worst-1)*100)
	}
	for _, s := range r.Complaints() {
		fmt.Fprintf(&b, "The host was not idle: %s\n", s)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String returns the name of the row.
func (r *Row) String() string {
	return r.Pattern + " with " + texttab.Count(r.Threads, "thread")
}

func number(ns float64) string {
	if ns < 100 {
		return fmt.Sprintf("%.1f", ns)
	}
	return texttab.Thousands(ns)
}
