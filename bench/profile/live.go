package profile

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"

	"github.com/google/pprof/profile"

	"lwbench/internal/texttab"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// LockSample is the time in nanoseconds that CPUs wait for locks for which Live takes one stack. Taking one costs one
// or two microseconds, in which the CPU holds the lock.
const LockSample = 50_000

// SampleTime is the CPU time in nanoseconds of one sample of Go's CPU profile.
const SampleTime = 10_000_000

// enough is how many samples make a profile: a share of 10 % is then known to within 2 %.
const enough = 1000

// liveTypes are the sample types of a profile of real threads.
var liveTypes = []sampleType{{"time", "nanoseconds"}, {"samples", "count"}, {"lockwait", "nanoseconds"}, {"contentions", "count"}}

// liveMark is the comment that identifies a profile of real threads.
const liveMark = "lwbench profile of real threads"

// waitForLock is the leaf of lock waits.
var waitForLock = leafName(int(smp.CostLockWait))

// Live makes one profile of several runs of a cell on real threads. It belongs to one goroutine. Go has one CPU profile
// in a process: between Begin and End no other may run.
type Live struct {
	b       *builder
	cpu     bytes.Buffer // Go's profile, while it runs
	ops     int64
	samples int64
	other   int64   // samples outside of the workload
	waited  float64 // nanoseconds that CPUs have waited for locks, by their counters
	sampled float64 // the same by the stacks
	waits   []*profile.Sample
	nanos   []float64 // of each of waits
}

// NewLive returns an empty profile of a cell.
func NewLive(cell Cell) *Live { return &Live{b: newBuilder(cell, liveMark, liveTypes)} }

// Begin starts sampling.
func (p *Live) Begin() error {
	p.cpu.Reset()
	if err := pprof.StartCPUProfile(&p.cpu); err != nil {
		return fmt.Errorf("cannot take a CPU profile: %w", err)
	}
	return nil
}

// Label marks the calling thread as a CPU of the machine.
func (p *Live) Label(cpu int) {
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("cpu", cpuName(cpu))))
}

func cpuName(cpu int) string { return "cpu" + strconv.Itoa(cpu) }

// Add takes the lock waits of a run that is over, which had this many operations.
func (p *Live) Add(m *mmu.Machine, ops int64) {
	p.ops += ops
	for cpu := range m.NCPU() {
		p.waited += float64(m.CPU(cpu).Spent(smp.CostLockWait)) / m.Spec().ClockHz * 1e9
		for _, k := range m.Contention(cpu) {
			p.sampled += k.Nanos
			frames, phase, _, ok := foldLive(expand(k.Stack))
			if !ok {
				continue
			}
			s := p.b.stack(waitForLock, frames, phase, cpuName(cpu))
			s.Label["lock"] = []string{k.Lock}
			s.Value = []int64{0, 0, 0, int64(k.Count + 0.5)}
			p.waits, p.nanos = append(p.waits, s), append(p.nanos, k.Nanos)
		}
	}
}

// End stops sampling and adds the samples since Begin.
func (p *Live) End() error {
	pprof.StopCPUProfile()
	cpu, err := profile.Parse(&p.cpu)
	if err != nil {
		return fmt.Errorf("the CPU profile: %w", err)
	}
	for _, s := range cpu.Sample { // samples, nanoseconds
		frames, phase, leaf, ok := foldLive(framesOf(s))
		if !ok || len(s.Label["cpu"]) == 0 {
			p.other += s.Value[0]
			continue
		}
		p.samples += s.Value[0]
		x := p.b.stack(leaf, frames, phase, s.Label["cpu"][0])
		x.Value = []int64{s.Value[1], s.Value[0], 0, 0}
		p.b.p.Sample = append(p.b.p.Sample, x)
	}
	return nil
}

// Samples returns how many samples of CPU time there are.
func (p *Live) Samples() int64 { return p.samples }

// Profile returns the profile. The total of lockwait is what the CPUs counted; only its distribution over stacks is
// sampled.
func (p *Live) Profile() (*profile.Profile, error) {
	out := p.b.p
	scale := 1.0
	if p.sampled > 0 {
		scale = p.waited / p.sampled
	}
	for i, s := range p.waits {
		s.Value[2] = int64(p.nanos[i]*scale + 0.5)
	}
	out.Sample = append(out.Sample, p.waits...)
	out.Comments = append(out.Comments, wrongAnswers(&p.b.cell)...)
	out.Comments = append(out.Comments, operations(p.ops),
		fmt.Sprintf("%sone sample of CPU time each %d ms: %d, and %d outside of the workload, left out", note, SampleTime/1_000_000, p.samples, p.other),
		fmt.Sprintf("%slock waits: one stack for each %d µs, scaled to the %.3f ms that the CPUs counted", note, LockSample/1000, p.waited/1e6))
	p.b = nil
	out, err := profile.Merge([]*profile.Profile{mergeSame(out)})
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return out, out.CheckValid()
}

// stack returns a sample without values.
func (b *builder) stack(leaf string, frames []frame, phase, cpu string) *profile.Sample {
	s := &profile.Sample{Location: []*profile.Location{b.location(frame{function: leaf})}, Label: map[string][]string{
		"alloc": {b.cell.Alloc}, "workload": {b.cell.Workload}, "cpu": {cpu}, "phase": {phase},
	}}
	for _, f := range frames {
		s.Location = append(s.Location, b.location(f))
	}
	return s
}

// IsLive reports whether the profile is of real threads.
func IsLive(p *profile.Profile) bool { return slices.Contains(p.Comments, liveMark) }

// Few returns a warning for a profile of real threads with too few samples to rely on; otherwise it is empty.
func Few(p *profile.Profile) string {
	if !IsLive(p) {
		return ""
	}
	n := Total(p, "samples")
	if n >= enough || isDifference(p) {
		return ""
	}
	return fmt.Sprintf("%s of CPU time, fewer than %s: shares are rough; give a longer --profile-time", texttab.Count(n, "sample"), texttab.Thousands(enough))
}

// Only returns a copy with some of the sample types of a profile.
func Only(p *profile.Profile, kinds ...string) (*profile.Profile, error) {
	p = p.Copy()
	var at []int
	var keep []*profile.ValueType
	for _, k := range kinds {
		i, err := Index(p, k)
		if err != nil {
			return nil, err
		}
		at, keep = append(at, i), append(keep, p.SampleType[i])
	}
	p.SampleType, p.DefaultSampleType = keep, kinds[0]
	p.Sample = slices.DeleteFunc(p.Sample, func(s *profile.Sample) bool {
		var values []int64
		for _, i := range at {
			values = append(values, s.Value[i])
		}
		s.Value = values
		return !slices.ContainsFunc(values, func(v int64) bool { return v != 0 })
	})
	return p.Compact(), nil
}

// framesOf returns the stack of a sample of Go's, innermost first.
func framesOf(s *profile.Sample) (out []frame) {
	for _, l := range s.Location {
		for _, line := range l.Line {
			if f := line.Function; f != nil && !left(f.Name, f.Filename) {
				out = append(out, frame{f.Name, f.Filename, int(line.Line)})
			}
		}
	}
	return out
}

// foldLive returns the frames that a reader sees, as fold does, the phase, and what the machine does below them. The
// stack may end anywhere: in the Go runtime, or deep in the machine. It is not ok for a stack that is not of a
// workload.
func foldLive(all []frame) (out []frame, phase, leaf string, ok bool) {
	outer := outermost(all)
	if outer == 0 {
		return nil, "", "", false
	}
	inner := outer - 1
	for inner >= 0 && !isMachine(all[inner].function) {
		inner--
	}
	if inner >= 0 && all[inner].function == engine+"(*CPU).Charge" {
		inner++
	}
	if inner < 0 { // not in the machine: the runtime's frames below the source are left out
		inner = slices.IndexFunc(all, func(f frame) bool { return strings.HasPrefix(f.function, module) })
	}
	out = all[inner:outer]
	if phase = phaseOf(out); phase == "" {
		phase = "work"
	}
	return rename(out), phase, liveLeaf(all[:inner+1]), true
}

// liveLeaves are what the functions of the machine do on real threads. The innermost counts.
var liveLeaves = map[string]string{
	engine + "(*CPU).liveContend":    waitForLock,
	engine + "(*CPU).liveRendezvous": leafName(int(smp.CostShootdown)),
	engine + "(*CPU).liveInterrupt":  leafName(int(smp.CostShootdown)),
	engine + "(*CPU).liveBroadcast":  leafName(int(smp.CostShootdown)),
	engine + "(*CPU).liveServe":      "serve IPIs",
	engine + "(*CPU).pollSlow":       "serve IPIs",
	engine + "(*CPU).liveSleep":      "sleep",
	machine + "(*CPU).CopyOut":       leafName(int(smp.CostUse)),
}

// liveLeaf names what the innermost frames do.
func liveLeaf(frames []frame) string {
	for _, f := range frames {
		if leaf := liveLeaves[f.function]; leaf != "" {
			return leaf
		}
	}
	return "run"
}
