package here

import (
	"fmt"
	"io"
	"math"
	"strings"

	"lwbench/bench/calibrate/lab"
	"lwbench/internal/texttab"
)

// Row is one pattern at one number of threads: nanoseconds per operation on its thread, medians over the rounds.
type Row struct {
	Pattern   string
	Threads   int
	Predicted float64
	Measured  lab.Estimate
	Ratio     float64 // predicted over measured in the same round
	Low, High float64 // its quartiles
	Err       error   // why it was not measured

	predicted, measured []float64 // in each round; NaN if it was not measured there
}

// Result is a comparison of the model with the host.
type Result struct {
	Machine       string
	Costs         Costs // medians over the rounds
	Rows          []Row
	Rounds, Quiet int // all rounds, and those that others did not disturb
	Noise         lab.Noise
}

// Within is the tolerance of a prediction, as a factor up and down.
const Within = 1.3

// Off returns the factor between prediction and measurement, 1 or more.
func (r *Row) Off() float64 { return max(r.Ratio, 1/r.Ratio) }

// apart is the share of the rounds in which one of two patterns must take longer than the other for them to have an order.
const apart = 0.9

// Order counts pairs of rows that have an order, and returns those that the model predicts in the opposite order in
// most rounds, the faster one first.
func (r *Result) Order() (pairs int, reversed [][2]*Row) {
	for i := range r.Rows {
		for j := range i {
			a, b := &r.Rows[j], &r.Rows[i]
			if a.Err != nil || b.Err != nil {
				continue
			}
			less, more := below(a.measured, b.measured)
			if more > less {
				a, b, less = b, a, more
			}
			if less < apart {
				continue
			}
			pairs++
			if _, over := below(a.predicted, b.predicted); over > 0.5 {
				reversed = append(reversed, [2]*Row{a, b})
			}
		}
	}
	return pairs, reversed
}

// Error returns the typical error of the predictions, the geometric mean of Off, and the largest; 0 if no row was measured.
func (r *Result) Error() (mean, worst float64) {
	sum, n := 0.0, 0
	for i := range r.Rows {
		if row := &r.Rows[i]; row.Err == nil {
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

// Complaints returns the reasons why the host was too busy to judge the model, one line each. The load of all rounds
// does not matter where enough of them were undisturbed.
func (r *Result) Complaints() []string {
	if r.Quiet >= wantRounds {
		return nil
	}
	return append([]string{fmt.Sprintf("others disturbed %d of %d rounds", r.Rounds-r.Quiet, r.Rounds)}, r.Noise.Complaints()...)
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
	fmt.Fprintf(&b, "The kernel's own part, measured on one thread, ns: mmap %.0f, %.0f behind the page before, %.0f over a present page,\n"+
		"fault %.0f after an invalidation, otherwise %.0f, touch %.1f, unmapping one page %.0f, %d pages %.0f.\n", c.MapFree, c.MapNext, c.MapOver, c.Fault, c.FaultNext, c.Touch, c.Unmap1, slots, c.UnmapN)
	for _, k := range c.Contended {
		fmt.Fprintf(&b, "On %s, without any shootdown: a call under mmap_lock holds it for %+.0f, a fault takes %+.0f.\n", texttab.Count(k.Threads, "thread"), k.Lock, k.Fault)
	}
	fmt.Fprintf(&b, "The rest is predicted by %s.\n", r.Machine)
	t := &texttab.Table{Indent: "  ", Align: "lrrrrrl"}
	t.Row("pattern, ns an operation", "threads", "predicted", "measured", "spread", "error", "quartiles of the rounds")
	for i := range r.Rows {
		row := &r.Rows[i]
		if row.Err != nil {
			t.Row(row.Pattern, fmt.Sprint(row.Threads), "-", "-", "", "", "not measured: "+row.Err.Error())
			continue
		}
		quartiles := percent(row.Low) + " to " + percent(row.High)
		if row.Off() > Within {
			quartiles += " OFF"
		}
		t.Row(row.Pattern, fmt.Sprint(row.Threads), number(row.Predicted), number(row.Measured.Median), fmt.Sprintf("±%.0f %%", 100*row.Measured.Spread), percent(row.Ratio), quartiles)
	}
	if err := t.Write(&b); err != nil {
		return err
	}
	pairs, reversed := r.Order()
	fmt.Fprintf(&b, "\nMedians of %d rounds of all patterns; an error is of predicted and measured in one round.\n", r.counted())
	fmt.Fprintf(&b, "%d of %d pairs of patterns with an order in %.0f %% of the rounds are predicted in that order.\n", pairs-len(reversed), pairs, 100*apart)
	for _, p := range reversed {
		fmt.Fprintf(&b, "  REVERSED: %s, measured below %s\n", p[0], p[1])
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

// counted returns the number of rounds that count: the undisturbed ones if they are enough.
func (r *Result) counted() int {
	if r.Quiet >= wantRounds {
		return r.Quiet
	}
	return r.Rounds
}

// percent formats a ratio as an error.
func percent(ratio float64) string { return fmt.Sprintf("%+.0f %%", (ratio-1)*100) }

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
