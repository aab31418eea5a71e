package calibrate

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"lwbench/bench/calibrate/lab"
)

// TestProbes runs each probe once on this host: figures are positive, or have a reason why they are missing.
func TestProbes(t *testing.T) {
	l := &prober{Lab: lab.New(context.Background(), []string{os.Args[0], "beside"})}
	l.Most = 10 * time.Millisecond
	if err := l.probeAll(nil); err != nil {
		t.Fatal(err)
	}
	r := &Result{Figures: l.figures, topology: l.Top}
	seen := make(map[string]bool)
	for _, f := range r.Figures {
		if seen[f.Name] {
			t.Errorf("%s comes twice", f.Name)
		}
		seen[f.Name] = true
		if f.Err == nil && (f.N < lab.LeastSamples || f.How == "") {
			t.Errorf("%+v", f)
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d figures", len(seen))
	}
	if r.find("clock") == nil {
		return // too busy
	}
	if _, _, _, err := r.Machine("mine", embedded(t)); err != nil {
		t.Error(err)
	}
}

func TestRunStops(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := Run(ctx, Options{Beside: []string{os.Args[0], "beside"}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it ran for %v", took)
	}
}
