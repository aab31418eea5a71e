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
	Err       error // why it was not measured
}

// Result is a comparison of the model with the host.
type Result struct {
	Machine string
	Costs   Costs
	Rows    []Row
	Noise   lab.Noise
}

// Within is the tolerance of a prediction, as a factor up and down.
const Within = 1.3

// Off returns the factor between prediction and measurement, 1 or more.
func (r *Row) Off() float64 {
	return max(r.Predicted/r.Measured.Median, r.Measured.Median/r.Predicted)
}

// Order counts pairs of rows whose measurements differ by more than the spread of their samples, and returns those
// that the model predicts in the opposite order.
func (r *Result) Order() (pairs int, reversed [][2]*Row) {
	for i := range r.Rows {
		for j := range i {
			a, b := &r.Rows[j], &r.Rows[i]
			if a.Err != nil || b.Err != nil {
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

// Error returns the typical error of the predictions, the geometric mean of Off, and the largest.
func (r *Result) Error() (mean, worst float64) {
	sum, n := 0.0, 0
	worst = 1
	for i := range r.Rows {
		if row := &r.Rows[i]; row.Err == nil {
			sum += math.Log(row.Off())
			worst = max(worst, row.Off())
			n++
		}
	}
	return math.Exp(sum / float64(max(1, n))), worst
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
		if row.Off() > Within {
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
	mean, worst := r.Error()
	fmt.Fprintf(&b, "Predictions are off by %.0f %% in the geometric mean, by %.0f %% at worst.\n", (mean-1)*100, (worst-1)*100)
	for _, s := range r.Noise.Complaints() {
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
