package workload

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
	"lwbench/mmu/smp/host"
)

// fakeCounters is a host whose threads count 1000 events more at each read, from 5000 on, and no TLB misses.
type fakeCounters struct {
	refuses          error
	open, shootdowns atomic.Int64
}

type fakeThread struct {
	of    *fakeCounters
	reads int64
}

func (f *fakeCounters) Open() (host.Counters, error) {
	if f.refuses != nil {
		return nil, f.refuses
	}
	f.open.Add(1)
	return &fakeThread{of: f}, nil
}

func (f *fakeCounters) Shootdowns([]int) (int64, error) { return f.shootdowns.Add(70), f.refuses }

func (k *fakeThread) Read() (host.Counts, error) {
	k.reads++
	return host.Counts{host.Instructions: 5000 + 1000*k.reads, host.CPUCycles: 5000 + 2000*k.reads, host.TLBLoadMisses: -1}, nil
}

func (k *fakeThread) Close() { k.of.open.Add(-1) }

// counted runs a small cell with the host's counters from a source.
func counted(t *testing.T, from host.CounterSource, w string, unpinned bool) *LiveOutcome {
	t.Helper()
	const cpus = 2
	m, err := mmu.New(testSpec(), mmu.Options{CPUs: cpus, Config: smp.Config{Live: &smp.Live{NoIPICost: true, Stall: 30, Unpinned: unpinned}}})
	if err != nil {
		t.Fatal(err)
	}
	d := able(Find(w), nil)[0]
	a, err := d.New(m, allocators.Tuning{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := Run(context.Background(), Find(w), &Cell{
		Machine: m, Alloc: a, Design: d, Ops: 20, Warmup: 10, Seed: 1, Counters: from,
	}, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return out.Live
}

// TestHardwareCounts: what the threads counted before the warm-up's end is not counted, CPUs are added, an event that is not
// counted stays so, and all counters are closed.
func TestHardwareCounts(t *testing.T) {
	f := new(fakeCounters)
	l := counted(t, f, "xio", false)
	h := &l.Hardware
	if h.Shootdowns != 70 || h.Ran != 60 || h.NoShootdowns != "" {
		t.Errorf("%d shootdowns, want 70; in %d operations, want 60; %q", h.Shootdowns, h.Ran, h.NoShootdowns)
	}
	if !l.Pinned {
		t.Skip("no thread is pinned here: " + l.Why)
	}
	if want := (host.Counts{2 * 1000, 2 * 2000, -1}); h.Threads != want || h.NoCounts != "" {
		t.Errorf("%v, want %v; %q", h.Threads, want, h.NoCounts)
	}
	if n := f.open.Load(); n != 0 {
		t.Errorf("%d counters are open", n)
	}
}

// TestHardwareUnavailable: a host without counters is no error, and the outcome says why.
func TestHardwareUnavailable(t *testing.T) {
	l := counted(t, &fakeCounters{refuses: errors.New("on purpose")}, "xio", false)
	h := &l.Hardware
	if h.Threads != (host.Counts{-1, -1, -1}) || h.Shootdowns != -1 || !strings.Contains(h.NoShootdowns, "on purpose") {
		t.Errorf("%+v", *h)
	}
	if l.Pinned && h.NoCounts != "on purpose" {
		t.Errorf("why: %q", h.NoCounts)
	}
	if h = &counted(t, new(fakeCounters), "xio", true).Hardware; h.NoCounts != "threads are not pinned" || h.Threads[0] != -1 {
		t.Errorf("unpinned: %+v", *h)
	}
	counted(t, nil, "xio", false) // whatever this host has
}
