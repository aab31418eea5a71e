package lab

import (
	"context"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"lwbench/mmu/smp/host"
)

// Lab takes samples on the CPUs that this process may use. It is not safe for concurrent use.
type Lab struct {
	Top   Topology
	Clock float64       // nanoseconds to read the clock, subtracted from samples of single operations
	Most  time.Duration // time limit for one figure
	Why   string        // why threads cannot be pinned, or empty

	ctx    context.Context
	beside []string // see New
	// now returns the time in nanoseconds, switched the number of context switches of the calling thread; tests
	// replace them.
	now, switched func() int64
}

// New makes a lab. beside is the command line of the helper process (see Beside) without its last two arguments; if
// it is empty, BesideProcesses returns an error.
func New(ctx context.Context, beside []string) *Lab {
	cpus := host.Available()
	allowed := cpus.Allowed[:min(len(cpus.Allowed), cpus.Usable())]
	return &Lab{
		Top: ReadTopology(os.DirFS("/sys/devices/system/cpu"), allowed), Most: 1500 * time.Millisecond, Why: cpus.Why,
		ctx: ctx, beside: beside, now: host.Nanos, switched: switches,
	}
}

// Err returns the error of the context, which ends all sampling.
func (l *Lab) Err() error { return l.ctx.Err() }

// switches returns the involuntary context switches of the calling thread.
func switches() int64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &u) != nil {
		return 0
	}
	return u.Nivcsw
}

// barrier makes threads start a round together. The last one to arrive decides for all whether there is a round.
type barrier struct {
	n       int64
	arrived host.Word
	round   host.Word // twice the number of rounds started, plus 1 at the end
}

// wait returns when all have arrived, and whether to continue.
func (b *barrier) wait(goOn func() bool) bool {
	now := b.round.Load()
	if now&1 == 1 {
		return false
	}
	if b.arrived.Add(1) == b.n {
		b.arrived.Store(0)
		next := now + 2
		if !goOn() {
			next |= 1
		}
		b.round.Store(next)
		return next&1 == 0
	}
	for {
		if r := b.round.Load(); r != now {
			return r&1 == 0
		}
	}
}

// Lap is one thread's part in a round.
type Lap struct {
	Begin, End int64 // nanoseconds
	Clean      bool  // the thread was not descheduled
}

// Together runs body on a pinned thread for each place, round after round, with a common start, and returns the time
// of each round on each thread. It continues until the requested number of rounds were undisturbed; rounds end with
// ctx, and after the time limit for a figure.
func (l *Lab) Together(on []Place, rounds int, body func(slot, round int)) ([][]Lap, error) {
	laps := make([][]Lap, len(on))
	var stopped, disturbed host.Word
	b := &barrier{n: int64(len(on))}
	last := time.Now().Add(l.Most)
	left := rounds + 1 // the first call comes before the first round
	goOn := func() bool {
		if disturbed.Swap(0) == 0 {
			left--
		}
		return left > 0 && stopped.Load() == 0 && time.Now().Before(last)
	}
	err := l.Pinned(on, func(slot int) {
		for round := 0; b.wait(goOn); round++ {
			before := switches()
			begin := host.Nanos()
			body(slot, round)
			end := host.Nanos()
			clean := switches() == before
			if !clean {
				disturbed.Store(1)
			}
			laps[slot] = append(laps[slot], Lap{begin, end, clean})
		}
	}, func() { stopped.Store(1) })
	return laps, err
}

// Pinned runs body on a pinned thread for each place and returns when all have returned; stop is called when ctx
// ends.
func (l *Lab) Pinned(on []Place, body func(slot int), stop func()) error {
	if err := l.Err(); err != nil {
		return err
	}
	pin := make([]int, len(on))
	for i, p := range on {
		pin[i] = p.CPU
	}
	var failed error
	t := host.Threads{Pin: pin}
	t.Run(l.ctx, len(on), body, func(p *host.Panic) {
		failed = p
		stop()
	}, stop)
	if failed != nil {
		return fmt.Errorf("a probe failed: %w", failed)
	}
	return l.Err()
}

// Whole makes a series from rounds: from the first thread's start to the last one's end, per operation.
func Whole(laps [][]Lap, operations float64) *Series {
	s := new(Series)
	rounds := math.MaxInt
	for _, list := range laps {
		rounds = min(rounds, len(list))
	}
	for r := range rounds {
		first, last, clean := int64(math.MaxInt64), int64(0), true
		for _, list := range laps {
			first, last, clean = min(first, list[r].Begin), max(last, list[r].End), clean && list[r].Clean
		}
		s.Add(float64(last-first)/operations, clean)
	}
	return s
}

// Alone runs body n times on one pinned thread, each time for operations operations, and returns the time of one.
func (l *Lab) Alone(at Place, n, operations int, body func()) (*Series, error) {
	laps, err := l.Together([]Place{at}, n, func(int, int) { body() })
	return Whole(laps, float64(operations)), err
}

// ReadClock measures reading the time n times.
func (l *Lab) ReadClock(n int) (*Series, error) {
	const reads = 500
	return l.Alone(l.Top[0], n, reads, func() {
		for range reads {
			host.Nanos()
		}
	})
}

// Timed runs prepare and operation until there are enough samples, and only while the company runs. It ends with ctx,
// and after the time limit for a figure.
func (l *Lab) Timed(samples int, c Company, prepare, operation func() error) (*Series, error) {
	s := new(Series)
	for until := l.now() + int64(l.Most); len(s.Values) < samples && l.now() < until; {
		if err := l.Err(); err != nil {
			return s, err
		}
		if err := prepare(); err != nil {
			return s, err
		}
		if !c.Alive() {
			s.Dropped++
			continue
		}
		before := l.switched()
		begin := l.now()
		err := operation()
		end := l.now()
		if err != nil {
			return s, err
		}
		s.Add(float64(end-begin)-l.Clock, l.switched() == before)
	}
	return s, nil
}

// Watch measures the other load of the host.
type Watch struct{ others, steal, all float64 }

// NewWatch starts a watch; it takes half a second.
func (l *Lab) NewWatch() Watch {
	w := Watch{others: l.others()}
	w.steal, w.all = stolen()
	return w
}

// End ends the watch; it takes half a second. The caller adds the noise of the figures.
func (l *Lab) End(w Watch) Noise {
	steal, all := stolen()
	return Noise{Others: (w.others + l.others()) / 2, Steal: (steal - w.steal) / max(1, all-w.all)}
}

// During runs f and returns the load of others meanwhile. The time that threads of this process spend is not theirs.
func (l *Lab) During(f func() error) (Load, error) {
	before := readUsage()
	steal, all := stolen()
	err := f()
	after := readUsage()
	moreSteal, moreAll := stolen()
	return Load{
		Others: after.others(before),
		Steal:  max(0, moreSteal-steal-1) / max(1, moreAll-all), // a tick may be of before
	}, err
}

// others measures for half a second how many threads of other processes run at once, on average.
func (l *Lab) others() float64 {
	before := readUsage()
	select {
	case <-l.ctx.Done():
	case <-time.After(time.Second / 2):
	}
	return readUsage().others(before)
}

// usage is CPU time so far, in seconds. The number of running threads in /proc/stat is no measure of the load: its
// readings keep step with the timer tick, on which threads of the kernel and of this process's own runtime wake.
type usage struct{ busy, own, wall float64 }

// tick is the unit of /proc/stat in seconds, on every Linux.
const tick = 0.01

func readUsage() (u usage) {
	for i, v := range cpuTimes() {
		if i != idleTime && i != ioTime && i != stealTime && i < guestTime {
			u.busy += v * tick
		}
	}
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} { // children that have ended
		var r unix.Rusage
		if unix.Getrusage(who, &r) == nil {
			u.own += float64(r.Utime.Nano()+r.Stime.Nano()) * 1e-9
		}
	}
	u.wall = float64(host.Nanos()) * 1e-9
	return u
}

// others is the mean number of threads of other processes that ran since before.
func (u usage) others(before usage) float64 {
	if u.wall <= before.wall {
		return 0
	}
	return max(0, (u.busy-before.busy)-(u.own-before.own)) / (u.wall - before.wall)
}

// The columns of cpuTimes that are named here.
const idleTime, ioTime, stealTime, guestTime = 3, 4, 7, 8 // guest time is part of user time

// cpuTimes returns the CPU time of all CPUs by kind, in ticks.
func cpuTimes() (ticks []float64) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return nil
	}
	first, _, _ := strings.Cut(string(text), "\n")
	for _, w := range strings.Fields(first) {
		if v, err := strconv.ParseFloat(w, 64); err == nil {
			ticks = append(ticks, v)
		}
	}
	return ticks
}

// stolen returns the CPU time so far, in ticks: that taken by the hypervisor for other guests, and all.
func stolen() (steal, all float64) {
	for i, v := range cpuTimes() {
		if i < guestTime {
			all += v
		}
		if i == stealTime {
			steal = v
		}
	}
	return steal, all
}
