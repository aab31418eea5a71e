package ops

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/mmu/machines"
	"lwbench/mmu/smp"
)

func openText(t *testing.T, text, name string, tune allocators.Tuning) (*Result, error) {
	t.Helper()
	tr, err := Parse("t.ops", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	return ReplayOpen(context.Background(), tr, spec, design(name), tune, Options{})
}

// TestOpenRunsInParallel: what takes 2 x 1,000,000 cycles in sequence takes half of that by time stamps, and a line
// on a buffer still waits for the previous line on another CPU.
func TestOpenRunsInParallel(t *testing.T) {
	const text = head + "0 alloc a 1\n0 load a\n0 work 1000000\n1 work 1000000\n1 load a\n0 work 5\n1 free a\n0 alloc b 2\n0 free b\n"
	for _, d := range all.Designs() {
		if d.KnownFault != "" || d.CPUPrivate {
			continue
		}
		serial, err := replayText(t, text, d.Name, nil)
		if err != nil {
			t.Fatal(err)
		}
		open, err := openText(t, text, d.Name, nil)
		if err != nil {
			t.Fatal(err)
		}
		if serial.Cycles < 2000000 || open.Cycles > 1300000 || open.Cycles < 1000000 {
			t.Errorf("%s: %d cycles in file order, %d in parallel", d.Name, serial.Cycles, open.Cycles)
		}
		if open.Allocs != 2 || open.Frees != 2 || len(open.Reports) > 0 || open.Open.Skipped != 0 {
			t.Errorf("%s: %s %q", d.Name, open.JSON(), open.Reports)
		}
	}
}

// TestOpenKeepsTime: a line comes no earlier than its time stamp, and lateness is measured.
func TestOpenKeepsTime(t *testing.T) {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	r, err := openText(t, head+"0 at 1000000\n0 alloc a 1\n0 free a\n0 at 1000001\n0 work 7\n", "sfbuf", nil)
	if err != nil {
		t.Fatal(err)
	}
	if at := spec.ClockHz / 1e3; float64(r.Cycles) < at || float64(r.Cycles) > at+20000 || r.Open.Late < 100 {
		t.Errorf("%d cycles, late by %d; the time stamp is %.0f", r.Cycles, r.Open.Late, at)
	}
	strict, err := replayText(t, head+"0 at 1000000\n0 alloc a 1\n0 free a\n", "sfbuf", nil)
	if err != nil || float64(strict.Cycles) > 100000 {
		t.Errorf("in file order time stamps cost %d cycles; %v", strict.Cycles, err)
	}
}

// TestOpenContends: CPUs in lockstep wait for the pool's lock and are interrupted; in sequence they are not.
func TestOpenContends(t *testing.T) {
	var b strings.Builder
	b.WriteString("lwbench-ops 1\ncpus 8\n")
	for i := range 200 {
		for cpu := range 8 {
			fmt.Fprintf(&b, "%[1]d alloc b%[1]d %[2]d\n%[1]d load b%[1]d\n%[1]d free b%[1]d\n%[1]d work 50000\n", cpu, 1+(i*3+cpu)%29)
		}
	}
	r, err := openText(t, b.String(), "sfbuf", allocators.Tuning{"sfbuf.nsfbufs": 8})
	if err != nil {
		t.Fatal(err)
	}
	if r.Open.LockWait == 0 || r.Open.Stolen == 0 || r.Allocs+r.Failed != 1600 {
		t.Errorf("%s", r.JSON())
	}
	again, err := openText(t, b.String(), "sfbuf", allocators.Tuning{"sfbuf.nsfbufs": 8})
	if err != nil || again.JSON() != r.JSON() {
		t.Errorf("not the same twice: %v\n%s\n%s", err, r.JSON(), again.JSON())
	}
}

// TestOpenBlocks: a trace in which all CPUs wait ends with an error that names the file.
func TestOpenBlocks(t *testing.T) {
	_, err := openText(t, head+"0 alloc a 1\n1 alloc b 2\n1 free b\n0 alloc c 3\n", "sfbuf", allocators.Tuning{"sfbuf.nsfbufs": 1})
	var dead *smp.DeadlockError
	if err == nil || !strings.HasPrefix(err.Error(), "t.ops: ") || !errors.As(err, &dead) {
		t.Error(err)
	}
	r, err := openText(t, head+"0 alloc a 1\n1 alloc b 2 nowait\n1 load b\n1 free b\n0 free a\n", "sfbuf", allocators.Tuning{"sfbuf.nsfbufs": 1})
	if err != nil || r.Failed+r.Allocs != 2 || r.Failed == 1 && r.Open.Skipped != 2 {
		t.Error(r, err)
	}
}
