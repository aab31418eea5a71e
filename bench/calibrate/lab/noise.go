package lab

import "fmt"

// Noise is the load and the disturbance of the host during a calibration.
type Noise struct {
	Others  float64 // threads of other processes that ran, on average
	Steal   float64 // share of the CPUs' time that the hypervisor gave to other guests
	Dropped float64 // share of the samples during which a thread was descheduled
	Spread  float64 // median spread of the figures
	Drift   float64 // difference between the slowest and the fastest measurement of the clock
}

// The limits for reliable figures.
const (
	mostOthers  = 0.2
	mostSteal   = 0.01
	mostDropped = 0.1
	mostSpread  = 0.1
	mostDrift   = 0.1
)

// Load is what others did on the host while something was measured.
type Load struct {
	Others float64 // threads of other processes that ran, on average
	Steal  float64 // share of the CPUs' time that the hypervisor gave to other guests
}

// Level is the load in parts of what an idle host may have: more than 1 disturbs.
func (l Load) Level() float64 { return max(l.Others/mostOthers, l.Steal/mostSteal) }

// Disturbed reports whether a host under this load is not idle.
func (l Load) Disturbed() bool { return l.Level() > 1 }

// Complaints returns the reasons why the host was too busy, one line each; none if it was idle.
func (n Noise) Complaints() (list []string) {
	for _, k := range []struct {
		got, most float64
		text      string
	}{
		{n.Others, mostOthers, "%.1f threads of other processes were running on average (at most %.1f)"},
		{100 * n.Steal, 100 * mostSteal, "the hypervisor gave %.1f %% of the CPUs' time to other guests (at most %.0f %%)"},
		{100 * n.Dropped, 100 * mostDropped, "%.0f %% of the samples were disturbed by a context switch (at most %.0f %%)"},
		{100 * n.Spread, 100 * mostSpread, "half of the figures spread by more than %.0f %% (at most %.0f %%)"},
		{100 * n.Drift, 100 * mostDrift, "the clock's rate varied by %.0f %% (at most %.0f %%)"},
	} {
		if k.got > k.most {
			list = append(list, fmt.Sprintf(k.text, k.got, k.most))
		}
	}
	return list
}
