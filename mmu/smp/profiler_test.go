package smp

import (
	"context"
	"fmt"
	"hash/fnv"
	"runtime"
	"slices"
	"strings"
	"testing"

	"lwbench/internal/testsize"
)

// recorder is a Profiler that keeps all it is told.
type recorder struct {
	looked  bool // a lock wait may be cut before its lock is dropped
	stacks  [][]uintptr
	spent   map[int]*[NumCosts]Cycles
	delayed map[int]Cycles
	caused  map[int]Cycles
	sites   map[string]Cycles // "cost: function" of the innermost three calls
	waits   map[uint16]Cycles // by stack: cycles charged for waiting for a lock
	locks   map[uint16]string // by stack: the lock
}

func newRecorder() *recorder {
	return &recorder{
		stacks: make([][]uintptr, 1), spent: map[int]*[NumCosts]Cycles{}, delayed: map[int]Cycles{},
		caused: map[int]Cycles{}, sites: map[string]Cycles{}, waits: map[uint16]Cycles{}, locks: map[uint16]string{},
	}
}

func (r *recorder) Stack(pcs []uintptr) uint16 {
	for i, s := range r.stacks {
		if i > 0 && slices.Equal(s, pcs) {
			return uint16(i)
		}
	}
	r.stacks = append(r.stacks, slices.Clone(pcs))
	return uint16(len(r.stacks) - 1)
}

func (r *recorder) Charged(cpu int, what Cost, n Cycles, by int, at uint16) {
	if r.spent[cpu] == nil {
		r.spent[cpu] = new([NumCosts]Cycles)
	}
	r.spent[cpu][what] += n
	if what == CostLockWait {
		r.waits[at] += n
	}
	if what == CostStolen {
		r.caused[by] += n
	} else if cpu != by {
		panic(fmt.Sprintf("cpu%d is charged for %v on account of cpu%d", cpu, what, by))
	}
	for _, f := range r.functions(at) {
		r.sites[what.String()+" "+f] += n
	}
}

func (r *recorder) Waits(at uint16, lock string) { r.locks[at] = lock }

func (r *recorder) Delayed(cpu int, n Cycles, by int, at uint16) {
	r.delayed[cpu] += n
	if cpu == by {
		panic("a CPU waits for itself")
	}
	if !r.looked && !slices.Contains(r.functions(at), "Unlock") {
		panic(fmt.Sprintf("a lock was handed on at %v", r.functions(at)))
	}
}

// functions names the functions of a stack, without package and receiver.
func (r *recorder) functions(at uint16) (out []string) {
	frames := runtime.CallersFrames(r.stacks[at])
	for {
		f, more := frames.Next()
		out = append(out, f.Function[strings.LastIndexByte(f.Function, '.')+1:])
		if !more {
			return out
		}
	}
}

// profiledRun runs the random program of the digest tests, with a profiler or without.
func profiledRun(t *testing.T, cpus int, seed uint64, m Profiler) ([]*CPU, uint64) {
	t.Helper()
	s, cs := newSystem(t, cpus, nil)
	if m != nil {
		for _, c := range cs {
			c.always, c.hook = 0, &hook{to: m}
		}
	}
	p := newProgram(s)
	if err := s.Run(context.Background(), p.body(seed, 60)); err != nil {
		t.Fatal(err)
	}
	h := fnv.New64a()
	for _, c := range cs {
		fmt.Fprintln(h, c.now, c.spent, c.Caused())
	}
	fmt.Fprintln(h, p.log)
	return cs, h.Sum64()
}

func TestProfilerIsToldOfEveryCycle(t *testing.T) {
	for seed := uint64(0); seed < testsize.Choose[uint64](2, 4, 12); seed++ {
		for _, cpus := range []int{1, 2, 3, 8, 17} {
			_, want := profiledRun(t, cpus, seed, nil)
			r := newRecorder()
			cs, got := profiledRun(t, cpus, seed, r)
			if got != want {
				t.Errorf("seed %d, %d CPUs: digest %x with a profiler, %x without", seed, cpus, got, want)
			}
			for _, c := range cs {
				if *r.spent[c.ID()] != c.spent {
					t.Errorf("seed %d, %d CPUs: the profiler has %v of cpu%d, it spent %v", seed, cpus, *r.spent[c.ID()], c.ID(), c.spent)
				}
				if r.delayed[c.ID()] != c.spent[CostLockWait] {
					t.Errorf("seed %d, %d CPUs: holders delayed cpu%d by %d cycles, it waited %d", seed, cpus, c.ID(), r.delayed[c.ID()], c.spent[CostLockWait])
				}
				if r.caused[c.ID()] != c.Caused() {
					t.Errorf("seed %d, %d CPUs: cpu%d caused %d, the profiler has %d", seed, cpus, c.ID(), c.Caused(), r.caused[c.ID()])
				}
			}
		}
	}
}

// TestProfilerKnowsTheCode looks at which code each kind of cost is put down to, and that every stack reaches the bottom.
func TestProfilerKnowsTheCode(t *testing.T) {
	r := newRecorder()
	for seed := range uint64(24) {
		profiledRun(t, 8, seed, r)
	}
	for _, want := range []string{
		"lockwait Lock", "lock Unlock", "shootdown Rendezvous", "shootdown Broadcast", "pte Rendezvous", "stolen Rendezvous",
		"stolen Interrupt", "stolen Broadcast", "sleep Sleep", "idle RecvUntil", "line Touch", "line Atomic", "message Send",
	} {
		if r.sites[want] == 0 {
			t.Errorf("nothing is charged to %q", want)
		}
	}
	for at, n := range r.waits {
		if _, named := r.locks[at]; n > 0 && !named {
			t.Errorf("%d cycles of waiting at %v are for no lock", n, r.functions(at))
		}
	}
	for at := range r.stacks[1:] {
		fs := r.functions(uint16(at + 1))
		if !slices.Contains(fs, "step") || !slices.Contains(fs, "corostart") {
			t.Errorf("stack %d does not reach the program and the bottom: %v", at+1, fs)
		}
	}
}

// TestCallersIsRuntimeCallers compares the walk with the runtime's own, which leaves out wrappers and adds the bottom.
func TestCallersIsRuntimeCallers(t *testing.T) {
	if got, want := deep(3); !slices.Equal(got, want) || len(got) < 4 {
		t.Errorf("callers found %v, the runtime %v", got, want)
	}
}

// deep looks at the stack from some calls further down, in one statement: both must see the same lines.
//
//go:noinline
func deep(depth int) (got, want []string) {
	if depth > 0 {
		got, want = deep(depth - 1)
		return got, want
	}
	var pcs, all [maxStack]uintptr
	n, m := callers(&pcs), runtime.Callers(1, all[:])
	return lines(pcs[:n]), lines(all[1:m])
}

func lines(pcs []uintptr) (out []string) {
	frames := runtime.CallersFrames(pcs)
	for {
		f, more := frames.Next()
		if f.Function != "runtime.goexit" && !strings.Contains(f.Function, "gowrap") {
			out = append(out, fmt.Sprint(f.Function, ":", f.Line))
		}
		if !more {
			return out
		}
	}
}
