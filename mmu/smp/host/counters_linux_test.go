package host

import (
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestPerf reads events that every Linux has, which the kernel counts itself; the third does not exist.
func TestPerf(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	soft := func(config uint64) perfEvent { return perfEvent{unix.PERF_TYPE_SOFTWARE, config} }
	c, err := openCounters([NumEvents]perfEvent{
		soft(unix.PERF_COUNT_SW_TASK_CLOCK), soft(unix.PERF_COUNT_SW_CPU_CLOCK), soft(1 << 40),
	})
	if err != nil {
		t.Skip(err) // a sandbox
	}
	defer c.Close()
	before, err := c.Read()
	if err != nil {
		t.Fatal(err)
	}
	SpinUntil(Nanos() + 1_000_000)
	after, err := c.Read()
	if err != nil {
		t.Fatal(err)
	}
	if after[0] <= before[0] || after[1] <= before[1] || after[2] != -1 {
		t.Errorf("%v, then %v", before, after)
	}
}

// TestNoCounters: an event that does not exist is an error that says so in one line.
func TestNoCounters(t *testing.T) {
	none := perfEvent{unix.PERF_TYPE_SOFTWARE, 1 << 40}
	_, err := openCounters([NumEvents]perfEvent{none, none, none})
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Fatalf("error %v", err)
	}
	for err, want := range map[error]string{unix.EACCES: "not permitted", unix.ENOENT: "no hardware events", unix.EMFILE: "perf_event_open: "} {
		if got := noCounters(err).Error(); !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestScaled: an event that was counted for part of the time is scaled.
func TestScaled(t *testing.T) {
	if a, b, c := scaled(100, 10, 10), scaled(100, 10, 5), scaled(0, 10, 0); a != 100 || b != 200 || c != -1 {
		t.Errorf("%d, %d, %d", a, b, c)
	}
}

// TestShootdowns reads the format of /proc/interrupts: a host whose CPU 1 is offline has no column for it.
func TestShootdowns(t *testing.T) {
	const text = "            CPU0       CPU2\n  0:         44          0   IO-APIC    2-edge      timer\n" +
		"TLB:       1000         20   TLB shootdowns\nERR:          0\n"
	for _, k := range []struct {
		cpus []int
		want int64
		err  string
	}{{nil, 1020, ""}, {[]int{2}, 20, ""}, {[]int{0, 2}, 1020, ""}, {[]int{1}, 0, "no CPU1"}} {
		got, err := sumInterrupts(text, "TLB", k.cpus)
		if got != k.want || (err == nil) != (k.err == "") || err != nil && !strings.Contains(err.Error(), k.err) {
			t.Errorf("%v: %d, %v", k.cpus, got, err)
		}
	}
	for _, bad := range []string{"", "CPU0\n 1: 3 timer\n", "CPU0\nTLB: x TLB\n"} {
		if _, err := sumInterrupts(bad, "TLB", nil); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
