package host

import (
	"fmt"
	"runtime"
)

// CPUs describes the host CPUs that a run may use.
type CPUs struct {
	Allowed []int  // by number
	Why     string // why threads cannot be pinned, or empty
	Quota   float64
}

// Available reads the affinity mask of the calling thread and the cgroup's quota, and tries once whether it may set
// the affinity.
func Available() CPUs { return available() }

// Load returns the host's load average of the last minute, or -1 if it cannot be read.
func Load() float64 { return load() }

// Model returns the name of the host's processor, or an empty string if it cannot be read.
func Model() string { return model() }

// Usable returns the number of CPUs that can run in parallel: the minimum of affinity mask, cgroup quota and
// GOMAXPROCS.
func (c *CPUs) Usable() int {
	n := min(len(c.Allowed), runtime.GOMAXPROCS(0))
	if c.Quota > 0 {
		n = min(n, max(1, int(c.Quota)))
	}
	return max(1, n)
}

// Pin returns the host CPU of each of n threads, or nil and the reason if they cannot be pinned.
func (c *CPUs) Pin(n int) (pin []int, why string) {
	switch {
	case c.Why != "":
		return nil, c.Why
	case n > c.Usable():
		return nil, fmt.Sprintf("%d CPUs run on %d of the host", n, c.Usable())
	}
	return c.Allowed[:n], ""
}
