package calibrate

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

// lab is a calibration under way.
type lab struct {
	ctx     context.Context
	top     topology
	beside  []string // see Options
	figures []Figure
	clock   float64       // nanoseconds that reading the clock takes
	most    time.Duration // the longest that a figure may take
	// now is the time in nanoseconds, switched how often the calling thread was switched away from; tests have their own.
	now, switched func() int64
}

// report keeps a figure, or the reason why there is none.
func (l *lab) report(name, unit, how string, e Estimate, err error) {
	l.figures = append(l.figures, Figure{Name: name, Unit: unit, How: how, Estimate: e, Err: err})
}

// reportSeries is report for the estimate of a series.
func (l *lab) reportSeries(name, how string, s *Series) {
	e, err := s.estimate()
	l.report(name, "ns", how, e, err)
}

// switches counts how often the kernel has switched away from the calling thread while it could run.
func switches() int64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &u) != nil {
		return 0
	}
	return u.Nivcsw
}

// barrier lets threads begin a round together. Whoever arrives last decides for all whether there is a round.
type barrier struct {
	n       int64
	arrived host.Word
	round   host.Word // twice the number of rounds begun, plus 1 when it is over
}

// wait returns once all have arrived, and whether to go on.
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

// most is the longest that one figure of a calibration may take.
const most = 1500 * time.Millisecond

// lap is one thread's part in a round.
type lap struct {
	begin, end int64
	clean      bool
}

// together runs body on a pinned thread for each place, round after round, all beginning a round at the same time, and
// returns what each round took on each thread. It goes on until as many rounds as asked for were undisturbed; rounds end
// with ctx, and after the time that a figure may take.
func (l *lab) together(on []place, rounds int, body func(slot, round int)) ([][]lap, error) {
	laps := make([][]lap, len(on))
	var stopped, disturbed host.Word
	b := &barrier{n: int64(len(on))}
	last := time.Now().Add(l.most)
	left := rounds + 1 // the first call comes before the first round
	goOn := func() bool {
		if disturbed.Swap(0) == 0 {
			left--
		}
		return left > 0 && stopped.Load() == 0 && time.Now().Before(last)
	}
	err := l.pinned(on, func(slot int) {
		for round := 0; b.wait(goOn); round++ {
			before := switches()
			begin := host.Nanos()
			body(slot, round)
			end := host.Nanos()
			clean := switches() == before
			if !clean {
				disturbed.Store(1)
			}
			laps[slot] = append(laps[slot], lap{begin, end, clean})
		}
	}, func() { stopped.Store(1) })
	return laps, err
}

// pinned runs body on a pinned thread for each place and returns when all have returned; stop is called when ctx ends.
func (l *lab) pinned(on []place, body func(slot int), stop func()) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	pin := make([]int, len(on))
	for i, p := range on {
		pin[i] = p.cpu
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
	return l.ctx.Err()
}

// whole makes a series of rounds: from the first thread's beginning to the last one's end, for each of so many operations.
func whole(laps [][]lap, operations float64) *Series {
	s := new(Series)
	rounds := math.MaxInt
	for _, list := range laps {
		rounds = min(rounds, len(list))
	}
	for r := range rounds {
		first, last, clean := int64(math.MaxInt64), int64(0), true
		for _, list := range laps {
			first, last, clean = min(first, list[r].begin), max(last, list[r].end), clean && list[r].clean
		}
		s.add(float64(last-first)/operations, clean)
	}
	return s
}

// alone runs body n times on one pinned thread, each time for so many operations, and returns the time of one.
func (l *lab) alone(at place, n, operations int, body func()) (*Series, error) {
	laps, err := l.together([]place{at}, n, func(int, int) { body() })
	return whole(laps, float64(operations)), err
}

// timed runs an operation until it was timed often enough, each time after prepare, and only while the company runs. It ends
// with ctx, and after the time that a figure may take.
func (l *lab) timed(samples int, c company, prepare, operation func() error) (*Series, error) {
	s := new(Series)
	for until := l.now() + int64(l.most); len(s.Values) < samples && l.now() < until; {
		if err := l.ctx.Err(); err != nil {
			return s, err
		}
		if err := prepare(); err != nil {
			return s, err
		}
		if !c.alive() {
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
		s.add(float64(end-begin)-l.clock, l.switched() == before)
	}
	return s, nil
}

// running returns the mean number of threads of other processes that run or could run, looking for a while.
func running(ctx context.Context) float64 {
	const looks = 25
	sum, n := 0.0, 0
	for range looks {
		if ctx.Err() != nil {
			break
		}
		if v, ok := field("/proc/stat", "procs_running"); ok {
			sum += max(0, v-1) // this thread
			n++
		}
		time.Sleep(20 * time.Millisecond)
	}
	return sum / float64(max(1, n))
}

// field returns the first number of the line of a file that begins with a name.
func field(file, name string) (float64, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == name {
			v, err := strconv.ParseFloat(words[1], 64)
			return v, err == nil
		}
	}
	return 0, false
}

// stolen returns the CPUs' time so far, in ticks: what the hypervisor took for other guests, and all.
func stolen() (steal, all float64) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	for i, w := range strings.Fields(first) {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			continue
		}
		if i <= 8 { // user, nice, system, idle, iowait, irq, softirq, steal; what follows is counted in user already
			all += v
		}
		if i == 8 {
			steal = v
		}
	}
	return steal, all
}
