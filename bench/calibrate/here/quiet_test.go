package here

import (
	"fmt"
	"testing"

	"lwbench/bench/calibrate/lab"
)

// TestQuietest: the load of others decides which attempt counts, and that alone.
func TestQuietest(t *testing.T) {
	for _, k := range []struct {
		loads []float64 // threads of others
		want  string
	}{
		{[]float64{0.1}, "attempt 1 of 1, disturbed false"},
		{[]float64{2, 1, 0.2}, "attempt 3 of 3, disturbed false"},
		{[]float64{2, 1, 1.5, 3, 4}, "attempt 2 of 5, disturbed true"},
		{[]float64{3, 2, 1, 0.9, 0.8}, "attempt 5 of 5, disturbed true"},
	} {
		n := 0
		v, load, err := quietest(func(f func() error) (lab.Load, error) {
			load := lab.Load{Others: k.loads[n]}
			return load, f()
		}, func() (int, error) {
			n++
			return n, fmt.Errorf("error of %d", n)
		})
		if got := fmt.Sprintf("attempt %d of %d, disturbed %v", v, n, load.Disturbed()); got != k.want {
			t.Errorf("%v: %s, want %s", k.loads, got, k.want)
		}
		if err == nil || err.Error() != fmt.Sprintf("error of %d", v) {
			t.Errorf("%v: the error is of another attempt: %v", k.loads, err)
		}
	}
}
