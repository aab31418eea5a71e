package validate

import (
	"strings"
	"testing"
)

// judged evaluates a table whose cells have the given cycles.
func judged(t *testing.T, text string, cycles map[string]float64) *Outcome {
	t.Helper()
	table, err := parse("t.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	env := make(map[string]any)
	for name, c := range cycles {
		env[name] = map[string]any{"cycles": c}
	}
	o, err := table.judge(env)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestVerdicts(t *testing.T) {
	for _, k := range []struct {
		name     string
		one, two float64
		verdicts []Verdict
		ratios   []float64
		reversed bool
		needless bool
		failed   bool
	}{
		{"all met", 200, 350, []Verdict{Met, Met}, []float64{1, 1}, false, true, false},
		{"at the edge", 250, 800, []Verdict{Met, Met}, []float64{1.25, 2}, false, true, false},
		{"beyond, below", 159, 800, []Verdict{Missed, Met}, []float64{0.795, 2}, false, true, true},
		{"off for a reason", 200, 801, []Verdict{Met, Explained}, []float64{1, 801.0 / 400}, false, false, false},
		{"order reversed", 250, 240, []Verdict{Met, Met}, []float64{1.25, 0.8}, true, true, true},
		{"level is no order", 240, 240, []Verdict{Met, Met}, []float64{1.2, 0.8}, true, true, true},
	} {
		o := judged(t, good, map[string]float64{"one": k.one, "two": k.two})
		for i, p := range o.Predictions {
			if p.Verdict != k.verdicts[i] || p.Ratio != k.ratios[i] {
				t.Errorf("%s: row %d is %v at %v, want %v at %v", k.name, i, p.Verdict, p.Ratio, k.verdicts[i], k.ratios[i])
			}
		}
		if got := len(o.Orders[0].Reversed) > 0; got != k.reversed {
			t.Errorf("%s: reversed %v", k.name, got)
		}
		if o.Predictions[1].Needless != k.needless || o.Failed() != k.failed {
			t.Errorf("%s: needless %v, failed %v", k.name, o.Predictions[1].Needless, o.Failed())
		}
	}
}

// TestRatioOnTheOtherSide: a ratio that crosses 1 is a reversed order, and no reason excuses it.
func TestRatioOnTheOtherSide(t *testing.T) {
	text := strings.Replace(good, "value: two.cycles, unit: cycles, published: [300, 400]", "value: two.cycles / one.cycles, unit: x, published: 1.17", 1)
	text = text[:strings.Index(text, "order:")]
	o := judged(t, text, map[string]float64{"one": 200, "two": 156})
	if p := o.Predictions[1]; p.Verdict != Reversed || !o.Failed() {
		t.Errorf("%+v", p)
	}
	o = judged(t, text, map[string]float64{"one": 200, "two": 202})
	if p := o.Predictions[1]; p.Verdict != Met {
		t.Errorf("%+v", p)
	}
}

func TestEvaluateRefuses(t *testing.T) {
	for value, want := range map[string]string{
		"one.ipis":              "is not a number",
		"one.cycles - 5":        "expected a positive number",
		"one.cycles / 0":        "expected a positive number",
		"one.cycles * two.ipis": "value:",
		"one.cycles > 3":        "is not a number",
	} {
		table, err := parse("t.yaml", []byte(strings.Replace(good, "one.cycles", value, 1)))
		if err != nil {
			t.Fatal(err)
		}
		cell := map[string]any{"cycles": 5.0}
		_, err = table.judge(map[string]any{"one": cell, "two": cell})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), `row "small": `) {
			t.Errorf("%s: %v, want %q", value, err, want)
		}
	}
}

func TestSummary(t *testing.T) {
	fitted := strings.Replace(good, "within: 25%", "within: 25%, fitted: true", 1)
	s, err := Summarize([]*Outcome{
		judged(t, good, map[string]float64{"one": 250, "two": 801}),
		judged(t, fitted, map[string]float64{"one": 1000, "two": 350}),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Summary{Tables: 2, Failed: 1, Met: 2, Explained: 1, Fitted: 1, Orders: 2, Held: 1, Median: 1.25, Worst: 801.0 / 400}
	if s != want {
		t.Errorf("got %+v\nwant %+v", s, want)
	}
	if s, err := Summarize(nil); err != nil || s.Median != 1 {
		t.Error(s, err)
	}
}

func TestText(t *testing.T) {
	o := judged(t, good, map[string]float64{"one": 159, "two": 1234})
	var b strings.Builder
	if err := Write(&b, []*Outcome{o}, false); err != nil {
		t.Fatal(err)
	}
	const want = `good: somebody, 2004
  figure  predicted  published    unit  error  within
  small         159        200  cycles  -20 %    25 %  MISSED
  large        1234    300–400  cycles   3.1x      2x  off
  large is off: a reason
  order held (small < large): it grows
  read: the text
  not claimed: the rest

0 of 1 tables hold. Of 2 unfitted values 0 are within their tolerance, 1 are off for a stated reason, 1 are off;
half of them are within 117 %, the worst is off by 3.1x. 1 of 1 orders are shown. 0 fitted values are no evidence, 0 are not predicted.
A table holds if the model shows its orders and each value is within its tolerance (the column "within": a share or a factor, either way)
or is off for the reason that the table states; REVERSED and MISSED do not hold.
`
	if got := strings.Replace(b.String(), "t: somebody", "good: somebody", 1); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	b.Reset()
	if err := Write(&b, []*Outcome{o}, true); err != nil || !strings.Contains(b.String(), "| small  |       159 |       200 | cycles | -20 % |   25 % | MISSED |") {
		t.Error(b.String(), err)
	}
}

// TestUnclaimed: a published value that the model does not predict is shown, and is neither met nor missed.
func TestUnclaimed(t *testing.T) {
	text := strings.Replace(good, "value: one.cycles, unit: cycles, published: 200, within: 25%", "unit: cycles, published: 200, why-off: not modelled", 1)
	o := judged(t, text[:strings.Index(text, "order:")], map[string]float64{"one": 1, "two": 350})
	s, err := Summarize([]*Outcome{o})
	if err != nil || o.Failed() || s.Unclaimed != 1 || s.Met != 1 || s.Missed != 0 {
		t.Errorf("%+v %v", s, err)
	}
	var b strings.Builder
	if err := Write(&b, []*Outcome{o}, false); err != nil || !strings.Contains(b.String(), "small is not predicted: not modelled\n") {
		t.Error(b.String(), err)
	}
}
