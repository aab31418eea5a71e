package calibrate

import (
	"context"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu/smp/host"
)

// prober is a running calibration.
type prober struct {
	*lab.Lab
	figures []Figure
}

// probes lists the probes in the order in which they run.
var probes = []struct {
	name string
	run  func(*prober) error
}{
	{"clock", probeClock},
	{"atomic", probeAtomic},
	{"lines", probeLines},
	{"locks", probeLocks},
	{"TLB", probeTLB},
	{"copies", probeCopies},
	{"system call", probeSyscall},
	{"IPI", probeIPI},
	{"shootdowns", probeShootdowns},
	{"flush ceiling", probeFlush},
}

// mostFigure is the time limit for one figure in one pass, mostTime the time after which no further pass starts.
const mostFigure, mostTime = time.Second / 2, 40 * time.Second

// Run calibrates. It takes less than a minute, most of it waiting for undisturbed samples, and ends soon after ctx
// does. Threads get their affinity back; processes started for it have ended when it returns. The garbage collector
// is off during the run: do nothing else in the process.
func Run(ctx context.Context, opt Options) (*Result, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	start := time.Now()
	l := &prober{Lab: lab.New(ctx, opt.Beside)}
	l.Most = mostFigure
	r := &Result{Host: readHost(), topology: l.Top}
	passes, err := l.passes(opt.Begin)
	if err != nil {
		return nil, err
	}
	drift, err := l.drift()
	if err != nil {
		drift = 1
	}
	counted := undisturbed(passes)
	figures, load := merge(counted)
	r.Figures, r.Passes = figures, len(counted)
	r.Noise = withFigures(lab.Noise{Others: load.Others, Steal: load.Steal}, r.Figures)
	r.Noise.Drift = drift
	r.Unusual = r.unusual(l.Why)
	r.Seconds = time.Since(start).Seconds()
	return r, ctx.Err()
}

// passes runs all probes until there are enough undisturbed passes; begin may be nil.
func (l *prober) passes(begin func(probe string, i, of int)) (list []pass, err error) {
	quiet := 0
	for start := time.Now(); len(list) < mostPasses && quiet < wantPasses && (len(list) == 0 || time.Since(start) < mostTime); {
		l.figures = nil
		load, err := l.During(func() error {
			return l.probeAll(func(probe string, i, of int) {
				if begin != nil {
					begin(again(probe, len(list)-quiet), quiet*of+i, wantPasses*of)
				}
			})
		})
		if err != nil {
			return nil, err
		}
		if !load.Disturbed() {
			quiet++
		}
		list = append(list, pass{l.figures, load})
	}
	return list, nil
}

// probeAll runs every probe; begin may be nil.
func (l *prober) probeAll(begin func(probe string, i, of int)) error {
	for i, p := range probes {
		if begin != nil {
			begin(p.name, i, len(probes))
		}
		if err := p.run(l); err != nil {
			return err
		}
	}
	return nil
}

// readHost reads the system's description of the machine.
func readHost() Host {
	cpus := host.Available()
	h := Host{Model: host.Model(), CPUs: len(cpus.Allowed), Quota: cpus.Quota}
	var u unix.Utsname
	if unix.Uname(&u) == nil {
		h.Kernel = unix.ByteSliceToString(u.Release[:])
	}
	text, _ := os.ReadFile("/proc/cpuinfo")
	fields := firstProcessor(string(text))
	h.Processor = parseProcessor(fields)
	if list, ok := fields["flags"]; ok {
		flags := strings.Fields(list)
		h.Hypervisor, h.NoBroadcast = slices.Contains(flags, "hypervisor"), !slices.Contains(flags, "invlpgb")
	}
	return h
}
