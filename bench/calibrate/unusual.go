package calibrate

import (
	"cmp"
	"fmt"

	"lwbench/bench/calibrate/lab"
)

// unusual lists the facts that affect the figures. why is the reason why threads could not be pinned, or empty.
func (r *Result) unusual(why string) (list []string) {
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if why != "" {
		add("threads were not pinned (%s): figures of two CPUs are unreliable", why)
	}
	if r.Host.Hypervisor {
		add("virtualised: an IPI and a shootdown pass through the hypervisor and cost several times what they cost on bare metal")
	}
	_, _, threads := r.topology.Shape()
	if threads > 1 {
		add("hyper-threads: %d share a core; probes of n threads use other cores first", threads)
	}
	switch {
	case len(r.topology) < 2:
		add("one CPU: no figure between CPUs could be measured")
	case r.Host.Quota > 0 && r.Host.Quota < float64(r.Host.CPUs):
		add("the cgroup allows %.2g of %d CPUs: only as many were used", r.Host.Quota, r.Host.CPUs)
	}
	near := cmp.Or(r.find("line, "+lab.Cached.String()), r.find("line, "+lab.Sibling.String()))
	if near != nil && r.Host.Hypervisor && near.Median > farLine {
		add("CPUs that should share a cache pass a line in %.0f ns: the hypervisor has placed them apart", near.Median)
	}
	return list
}

// farLine is the one-way time of a line above which two CPUs do not share a cache, in nanoseconds. The matrices
// published by core-to-core-latency have 7 to 47 within a socket or core complex, and 74 to 267 beyond.
const farLine = 90
