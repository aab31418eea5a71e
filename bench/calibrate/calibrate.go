package calibrate

import (
	"fmt"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu"
)

// DefaultName is the default name of a calibrated machine.
const DefaultName = "here"

// Figure is one measured quantity, or the reason why it could not be measured.
type Figure struct {
	Name string // "line, same socket"
	How  string // "two threads pass a cache line back and forth"
	Unit string // ns, or hz, entries, pages, cpus
	lab.Estimate
	Err error // why there is no estimate; nil if there is one
}

// String returns the figure as machine files and summaries cite it.
func (f *Figure) String() string {
	if f.Err != nil {
		return fmt.Sprintf("%s: not measured: %v", f.Name, f.Err)
	}
	if f.counted() {
		return fmt.Sprintf("%s %s %s; n=%d", f.How, short(f.Median), f.Unit, f.N)
	}
	return fmt.Sprintf("%s; n=%d, median %s %s, spread %.0f %%", f.How, f.N, short(f.Median), f.Unit, 100*f.Spread)
}

// counted reports whether the figure is a count, found at a knee: its samples have no spread.
func (f *Figure) counted() bool { return f.Unit == "entries" || f.Unit == "pages" }

// Host is the system's description of the machine.
type Host struct {
	Model       string // of the processor
	Processor   mmu.Processor
	Kernel      string // release
	Hypervisor  bool
	NoBroadcast bool    // the processor's list of features has no instruction that invalidates on all CPUs
	CPUs        int     // usable by this process
	Quota       float64 // CPU time allowed by the cgroup, in CPUs; 0 is no limit
}

// Result is a calibration.
type Result struct {
	Host     Host
	Noise    lab.Noise
	Figures  []Figure
	Unusual  []string // facts that affect the figures: virtualised, hyper-threads, CPUs apart
	Passes   int      // over all probes, of which each figure is the median
	Seconds  float64
	topology lab.Topology
}

// find returns the figure called name, or nil if it was not measured.
func (r *Result) find(name string) *Figure {
	for i := range r.Figures {
		if f := &r.Figures[i]; f.Name == name && f.Err == nil {
			return f
		}
	}
	return nil
}

// remoteOf returns the name of the figure for one running thread at some distance.
func remoteOf(how string, c lab.Class) string { return how + ", remote part, " + c.String() }

// remoteBy returns the name of the figure for several running threads.
func remoteBy(how string, threads int) string {
	return fmt.Sprintf("%s, remote part, %d running threads", how, threads)
}

// Options configures a calibration.
type Options struct {
	// Begin, if not nil, is called before each probe with its name, its index and the number of probes. The index goes back after a
	// pass that others disturbed; the name then says so.
	Begin func(probe string, i, of int)
	// Beside is the command line of a helper process that spins on the CPU given as its last argument until its
	// standard input ends: the control of the shootdown probes. If empty, they have no control.
	Beside []string
}

// short formats three significant digits.
func short(x float64) string {
	switch {
	case x >= 1e9:
		return fmt.Sprintf("%.3ge9", x/1e9)
	case x >= 100 || x <= -100:
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}
