package lab

import (
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lwbench/mmu/smp/host"
)

// testLab is a lab on this host, with the real clock.
func testLab(ctx context.Context) *Lab {
	return &Lab{
		ctx: ctx, Top: ReadTopology(os.DirFS("/sys/devices/system/cpu"), host.Available().Allowed),
		beside: []string{os.Args[0], "beside"}, Most: time.Second, now: host.Nanos, switched: switches,
	}
}

// fakeClock is a clock that advances at every look, with a count of context switches that increases every few looks.
type fakeClock struct{ now, step, looks, every, switches int64 }

func (c *fakeClock) look() int64 { c.now += c.step; return c.now }
func (c *fakeClock) switched() int64 {
	if c.looks++; c.every > 0 && c.looks%c.every == 0 {
		c.switches++
	}
	return c.switches
}

func TestTimed(t *testing.T) {
	c := &fakeClock{step: 10}
	l := &Lab{ctx: context.Background(), Clock: 10, Most: time.Second, now: c.look, switched: c.switched}
	nothing := func() error { return nil }
	op := func() error { c.now += 500; return nil }
	s, err := l.Timed(50, nil, nothing, op)
	if err != nil || len(s.Values) != 50 || s.Dropped != 0 || s.Values[7] != 500 {
		t.Errorf("%v: %+v", err, s)
	}
	c.every = 4 // looks at the count: two for each sample, so that every other one is disturbed
	s, err = l.Timed(50, nil, nothing, op)
	if err != nil || len(s.Values) != 50 || s.Dropped < 45 || s.Dropped > 50 {
		t.Errorf("%v: %d samples, %d dropped", err, len(s.Values), s.Dropped)
	}
	slow := func() error { c.now += int64(time.Second) / 5; return nil }
	if s, err = l.Timed(50, nil, nothing, slow); err != nil || len(s.Values)+s.Dropped > 6 {
		t.Errorf("%v: %d samples of a fifth of the time for all", err, len(s.Values)+s.Dropped)
	}
	bad := errors.New("bad")
	if _, err = l.Timed(50, nil, nothing, func() error { return bad }); !errors.Is(err, bad) {
		t.Error(err)
	}
	if _, err = l.Timed(50, nil, func() error { return bad }, op); !errors.Is(err, bad) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l.ctx = ctx
	if _, err = l.Timed(50, nil, nothing, op); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestWhole: a round lasts from the first thread's start to the last one's end, and one thread's context switch
// spoils it.
func TestWhole(t *testing.T) {
	s := Whole([][]Lap{{{0, 100, true}, {200, 300, true}, {400, 500, true}}, {{10, 140, true}, {190, 290, false}}}, 10)
	if len(s.Values) != 1 || s.Values[0] != 14 || s.Dropped != 1 {
		t.Errorf("%+v", s)
	}
}

func affinity(t *testing.T) (set unix.CPUSet) {
	t.Helper()
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		t.Fatal(err)
	}
	return set
}

// TestTogether: threads start rounds together, the wanted number of them is undisturbed, and the end of ctx ends
// them.
func TestTogether(t *testing.T) {
	l := testLab(context.Background())
	before := affinity(t)
	on := l.Top[:min(2, len(l.Top))]
	begun := time.Now()
	laps, err := l.Together(on, 20, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	if clean := len(Whole(laps, 1).Values); clean != 20 && (clean > 20 || time.Since(begun) < l.Most) {
		t.Errorf("%d undisturbed rounds in %v, want 20", clean, time.Since(begun))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	l = testLab(ctx)
	if _, err = l.Together(on, 1<<40, func(int, int) {}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if after := affinity(t); after != before {
		t.Errorf("affinity %v, was %v", after, before)
	}
}

// TestAlive: a thread is alive only if it counts.
func TestAlive(t *testing.T) {
	var dead int64
	if (Company{&dead}).Alive() {
		t.Error("a thread that never counts is alive")
	}
	l := testLab(context.Background())
	if len(l.Top) < 2 {
		t.Skip("one CPU")
	}
	for _, beside := range []func(*Lab, []Place, func(Company) error) error{(*Lab).BesideThreads, (*Lab).BesideProcesses} {
		err := beside(l, l.Top[1:2], func(c Company) error {
			for range 200 {
				if c.Alive() {
					return nil
				}
			}
			return errors.New("never alive")
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// TestBesideEnds: the helper process ends when its standard input does, for whatever reason.
func TestBesideEnds(t *testing.T) {
	l := testLab(context.Background())
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Truncate(PageSize); err != nil {
		t.Fatal(err)
	}
	end, err := l.spawn(file, 0, l.Top[0].CPU)
	if err != nil {
		t.Fatal(err)
	}
	end() // waits until it has ended
	l.beside = []string{"/no/such/program"}
	if _, err := l.spawn(file, 0, 0); err == nil || !strings.Contains(err.Error(), "cannot start a helper process") {
		t.Error(err)
	}
	out, err := exec.Command(os.Args[0], "beside", "x", "y").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "expected the number of a page and of a CPU") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestOthers: what this process uses itself is no load of others, nor is the idle time of the CPUs.
func TestOthers(t *testing.T) {
	before := usage{busy: 100, own: 40, wall: 1000}
	for _, k := range []struct {
		after usage
		want  float64
	}{
		{usage{busy: 100, own: 40, wall: 1000.5}, 0},
		{usage{busy: 100.5, own: 40.5, wall: 1000.5}, 0},
		{usage{busy: 101, own: 40.5, wall: 1000.5}, 1},
		{usage{busy: 100.49, own: 40.5, wall: 1000.5}, 0}, // ticks are coarse
		{usage{busy: 101, own: 40, wall: 1000}, 0},
	} {
		if got := k.after.others(before); math.Abs(got-k.want) > 1e-9 {
			t.Errorf("%+v: %v, want %v", k.after, got, k.want)
		}
	}
	if u := readUsage(); u.busy <= 0 || u.own <= 0 || u.wall <= 0 {
		t.Errorf("this host: %+v", u)
	}
}
