package profile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/google/pprof/profile"

	"lwbench/bench/workload"
	"lwbench/mmu"
)

// Live selects the profiles of cells on real threads: folders that get one file a cell. An empty field takes none.
type Live struct {
	CPU, Mutex, Block string // Go's own
	Locks             string // where CPUs wait for simulated spinlocks, which Go's mutex profile does not see
}

// lockSample is the lock wait in nanoseconds for which one stack is taken. Taking one costs one or two microseconds.
const lockSample = 50_000

// Go's profiles record every event: mutexes and parks are rare because spinlocks spin.
const everyEvent = 1

// LockSample returns the lock wait in nanoseconds for which one stack is taken; 0 takes none. p may be nil.
func (p *Live) LockSample() float64 {
	if p == nil || p.Locks == "" {
		return 0
	}
	return lockSample
}

// subject is the cell that live profiles are of.
type subject struct {
	Cell
	file string // of its profiles, without folder and extension
}

// Start starts the profiles of one cell and sets the labels that run gives its threads. file is the name of the profiles
// without folder and extension. stop ends the profiles and writes the files.
func (p *Live) Start(cell Cell, file string, run *workload.RunOptions) (stop func(*mmu.Machine) error, err error) {
	c := &subject{cell, file}
	var ends []func(*mmu.Machine) error
	if p.CPU != "" {
		run.Label = c.labels()
		stop, err := c.startCPU(p.CPU)
		if err != nil {
			return nil, err
		}
		ends = append(ends, func(*mmu.Machine) error { return stop() })
	}
	if p.Mutex != "" {
		old := runtime.SetMutexProfileFraction(everyEvent)
		write := c.difference("mutex", p.Mutex)
		ends = append(ends, func(*mmu.Machine) error {
			defer runtime.SetMutexProfileFraction(old)
			return write()
		})
	}
	if p.Block != "" {
		runtime.SetBlockProfileRate(everyEvent)
		write := c.difference("block", p.Block)
		ends = append(ends, func(*mmu.Machine) error {
			defer runtime.SetBlockProfileRate(0)
			return write()
		})
	}
	if p.Locks != "" {
		ends = append(ends, func(m *mmu.Machine) error { return c.writeLocks(p.Locks, m) })
	}
	return func(m *mmu.Machine) (err error) {
		for _, f := range ends {
			err = errors.Join(err, f(m))
		}
		return err
	}, nil
}

// labels prepares the labels of each CPU's phases.
func (c *subject) labels() func(cpu int) func(workload.Phase) {
	return func(cpu int) func(workload.Phase) {
		ctx := make([]context.Context, workload.NumPhases)
		for i := range ctx {
			ctx[i] = pprof.WithLabels(context.Background(), pprof.Labels("alloc", c.Alloc, "workload", c.Workload,
				"cpu", fmt.Sprintf("cpu%d", cpu), "phase", workload.Phase(i).String()))
		}
		return func(p workload.Phase) { pprof.SetGoroutineLabels(ctx[p]) }
	}
}

// create opens the cell's file in a folder.
func (c *subject) create(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot write the profile: %w", err)
	}
	f, err := os.Create(filepath.Join(dir, c.file+".pprof"))
	if err != nil {
		return nil, fmt.Errorf("cannot write the profile: %w", err)
	}
	return f, nil
}

func (c *subject) startCPU(dir string) (stop func() error, err error) {
	f, err := c.create(dir)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// difference takes one of Go's profiles, which grow over the life of the process. write keeps the samples since then.
func (c *subject) difference(name, dir string) (write func() error) {
	before, err := snapshot(name)
	return func() error {
		after, err2 := snapshot(name)
		if err = errors.Join(err, err2); err != nil {
			return err
		}
		before.Scale(-1)
		p, err := profile.Merge([]*profile.Profile{before, after})
		if err != nil {
			return err
		}
		return c.writeProfile(dir, p)
	}
}

func snapshot(name string) (*profile.Profile, error) {
	var b bytes.Buffer
	if err := pprof.Lookup(name).WriteTo(&b, 0); err != nil {
		return nil, err
	}
	return profile.Parse(&b)
}

func (c *subject) writeProfile(dir string, p *profile.Profile) error {
	for _, s := range p.Sample {
		if s.Label == nil {
			s.Label = make(map[string][]string)
		}
		s.Label["alloc"], s.Label["workload"] = []string{c.Alloc}, []string{c.Workload}
	}
	if err := p.CheckValid(); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	f, err := c.create(dir)
	if err != nil {
		return err
	}
	return errors.Join(p.Write(f), f.Close())
}

// writeLocks writes where the CPUs of m waited for spinlocks, in the form of Go's mutex profile.
func (c *subject) writeLocks(dir string, m *mmu.Machine) error {
	p := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "contentions", Unit: "count"}, {Type: "delay", Unit: "nanoseconds"}},
		PeriodType: &profile.ValueType{Type: "contentions", Unit: "count"}, Period: 1, TimeNanos: time.Now().UnixNano(),
	}
	b := &liveBuilder{p: p, locations: make(map[uintptr]*profile.Location), functions: make(map[string]*profile.Function)}
	for cpu := range m.NCPU() {
		for _, k := range m.Contention(cpu) {
			s := &profile.Sample{Value: []int64{int64(k.Count + 0.5), int64(k.Nanos)}, Label: map[string][]string{"cpu": {fmt.Sprintf("cpu%d", cpu)}}}
			for _, pc := range k.Stack {
				s.Location = append(s.Location, b.location(pc))
			}
			p.Sample = append(p.Sample, s)
		}
	}
	return c.writeProfile(dir, p)
}

// liveBuilder makes the locations of a profile from program counters.
type liveBuilder struct {
	p         *profile.Profile
	locations map[uintptr]*profile.Location
	functions map[string]*profile.Function
}

func (b *liveBuilder) location(pc uintptr) *profile.Location {
	if l := b.locations[pc]; l != nil {
		return l
	}
	l := &profile.Location{ID: uint64(len(b.p.Location) + 1), Address: uint64(pc)}
	frames := runtime.CallersFrames([]uintptr{pc})
	for {
		f, more := frames.Next()
		l.Line = append(l.Line, profile.Line{Function: b.function(f), Line: int64(f.Line)})
		if !more {
			break
		}
	}
	b.p.Location, b.locations[pc] = append(b.p.Location, l), l
	return l
}

func (b *liveBuilder) function(f runtime.Frame) *profile.Function {
	k := b.functions[f.Function]
	if k == nil {
		k = &profile.Function{ID: uint64(len(b.p.Function) + 1), Name: f.Function, SystemName: f.Function, Filename: f.File}
		b.p.Function, b.functions[f.Function] = append(b.p.Function, k), k
	}
	return k
}
