package bench

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

// Profile says which profiles are taken of cells on real threads: folders, one file a cell; an empty one takes none.
type Profile struct {
	CPU, Mutex, Block string // Go's own
	Locks             string // where CPUs wait for simulated spinlocks, which Go's mutex profile does not see
}

// lockSample is for how many nanoseconds of waiting for spinlocks one stack is taken. Taking one costs a microsecond or two.
const lockSample = 50_000

// Go's profiles of a cell see every event: mutexes and parks are few here, for spinlocks spin.
const everyEvent = 1

// begin starts the profiles of a live cell and tells the run what to label. end stops them and writes the files.
func (c *Cell) begin(run *workload.RunOptions) (end func(*mmu.Machine) error, err error) {
	p := c.Profile
	if !c.Live || p == nil {
		return func(*mmu.Machine) error { return nil }, nil
	}
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
func (c *Cell) labels() func(cpu int) func(workload.Phase) {
	return func(cpu int) func(workload.Phase) {
		ctx := make([]context.Context, workload.NumPhases)
		for i := range ctx {
			ctx[i] = pprof.WithLabels(context.Background(), pprof.Labels("alloc", c.Design.Name, "workload", c.Workload.Name,
				"cpu", fmt.Sprintf("cpu%d", cpu), "phase", workload.Phase(i).String()))
		}
		return func(p workload.Phase) { pprof.SetGoroutineLabels(ctx[p]) }
	}
}

// create opens the cell's file in a folder.
func (c *Cell) create(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot write the profile: %w", err)
	}
	f, err := os.Create(filepath.Join(dir, c.FileName()+".pprof"))
	if err != nil {
		return nil, fmt.Errorf("cannot write the profile: %w", err)
	}
	return f, nil
}

func (c *Cell) startCPU(dir string) (stop func() error, err error) {
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

// difference takes one of Go's profiles that grow for as long as the process lives: write keeps what has come since.
func (c *Cell) difference(name, dir string) (write func() error) {
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

func (c *Cell) writeProfile(dir string, p *profile.Profile) error {
	for _, s := range p.Sample {
		if s.Label == nil {
			s.Label = make(map[string][]string)
		}
		s.Label["alloc"], s.Label["workload"] = []string{c.Design.Name}, []string{c.Workload.Name}
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
func (c *Cell) writeLocks(dir string, m *mmu.Machine) error {
	p := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "contentions", Unit: "count"}, {Type: "delay", Unit: "nanoseconds"}},
		PeriodType: &profile.ValueType{Type: "contentions", Unit: "count"}, Period: 1, TimeNanos: time.Now().UnixNano(),
	}
	b := &builder{p: p, locations: make(map[uintptr]*profile.Location), functions: make(map[string]*profile.Function)}
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

// builder gives program counters their places in a profile.
type builder struct {
	p         *profile.Profile
	locations map[uintptr]*profile.Location
	functions map[string]*profile.Function
}

func (b *builder) location(pc uintptr) *profile.Location {
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

func (b *builder) function(f runtime.Frame) *profile.Function {
	k := b.functions[f.Function]
	if k == nil {
		k = &profile.Function{ID: uint64(len(b.p.Function) + 1), Name: f.Function, SystemName: f.Function, Filename: f.File}
		b.p.Function, b.functions[f.Function] = append(b.p.Function, k), k
	}
	return k
}
