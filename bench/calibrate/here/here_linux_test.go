package here

import (
	"context"
	"errors"
	"testing"
	"time"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu/machines"
)

// TestOwn: only rounds in which the threads ran in parallel, undisturbed, count.
func TestOwn(t *testing.T) {
	s := own([][]lab.Lap{
		{{Begin: 0, End: 100, Clean: true}, {Begin: 200, End: 300, Clean: true}, {Begin: 400, End: 500, Clean: true}, {Begin: 600, End: 700, Clean: true}},
		{{Begin: 10, End: 130, Clean: true}, {Begin: 290, End: 390, Clean: true}, {Begin: 400, End: 500, Clean: false}},
	}, 10)
	if len(s.Values) != 1 || s.Values[0] != 11 || s.Dropped != 2 {
		t.Errorf("%+v", s)
	}
}

// TestReal measures the costs and every pattern briefly on this host's MMU.
func TestReal(t *testing.T) {
	l := lab.New(context.Background(), nil)
	l.Most = 20 * time.Millisecond
	if _, err := measureCosts(l); err != nil {
		t.Error(err)
	}
	for _, threads := range threadCounts(len(l.Top)) {
		for _, p := range Patterns() {
			s, err := measure(l, &p, threads)
			if err != nil {
				t.Fatal(err)
			}
			if m := median(s); m <= 0 { // NaN on a busy host
				t.Errorf("%s, %d threads: %v ns", p.Name, threads, m)
			}
		}
	}
}

func TestThreadCounts(t *testing.T) {
	for cpus, want := range map[int]int{1: 1, 2: 2, 3: 3, 8: 4, 12: 5} {
		list := threadCounts(cpus)
		if len(list) != want || list[0] != 1 || list[len(list)-1] != cpus {
			t.Errorf("%d CPUs: %v", cpus, list)
		}
	}
}

func TestRunStops(t *testing.T) {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := Run(ctx, spec, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
