package calibrate

import (
	"fmt"
	"slices"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu/smp/host"
)

const (
	membarrierRegister = 16 // MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED
	membarrierPrivate  = 8  // MEMBARRIER_CMD_PRIVATE_EXPEDITED
)

func membarrier(command uintptr) error {
	if _, _, e := unix.RawSyscall(unix.SYS_MEMBARRIER, command, 0, 0); e != 0 {
		return fmt.Errorf("membarrier: %w", e)
	}
	return nil
}

// probeSyscall measures the minimum cost of a system call.
func probeSyscall(l *prober) error {
	const calls = 300
	return l.reportAlone("system call", "getppid", 200, calls, func() {
		for range calls {
			_, _, _ = unix.RawSyscall(unix.SYS_GETPPID, 0, 0, 0)
		}
	})
}

// probeIPI measures a membarrier, which interrupts every running thread of the process and waits for all, and the
// time that it takes from an interrupted thread.
func probeIPI(l *prober) error {
	if err := membarrier(membarrierRegister); err != nil {
		l.report("membarrier beside 0 threads", "ns", "", lab.Estimate{}, err)
		return nil
	}
	alone, err := l.sampleMembarrier(nil)
	if err != nil {
		return err
	}
	l.reportSeries("membarrier beside 0 threads", "a private expedited membarrier", alone)
	base, baseErr := alone.Estimate()
	for _, n := range waiterCounts(len(l.Top)) {
		s := new(lab.Series)
		err := l.BesideThreads(l.Top.Near()[:n], func(c lab.Company) (err error) {
			s, err = l.sampleMembarrier(c)
			return err
		})
		if err != nil {
			return err
		}
		e, err := s.Estimate()
		if err == nil {
			err = baseErr
		}
		l.report(ipiOf(n), "ns", "a private expedited membarrier beside running threads, less one beside none", e.Minus(base), err)
	}
	return l.probeStolen()
}

// ipiOf returns the name of a figure.
func ipiOf(threads int) string { return fmt.Sprintf("IPI, %d running threads", threads) }

func (l *prober) sampleMembarrier(c lab.Company) (*lab.Series, error) {
	return l.Timed(400, c, func() error { return nil }, func() error { return membarrier(membarrierPrivate) })
}

// probeStolen measures the gap that an IPI leaves in a thread that only reads the time.
func (l *prober) probeStolen() error {
	const name, how = "IPI, stolen", "the gap that a membarrier leaves in a thread that reads the time, less an ordinary read"
	if len(l.Top) < 2 {
		return nil
	}
	var stopped host.Word
	var counted int64
	c := lab.Company{&counted}
	const samples = 300
	gaps := make([]float64, 0, 10*samples)
	err := l.Pinned([]lab.Place{l.Top[0], l.Top.Near()[0]}, func(slot int) {
		if slot == 0 {
			defer stopped.Store(1)
			for n, until := 0, host.Nanos()+int64(l.Most); n < samples && host.Nanos() < until && l.Err() == nil; {
				if !c.Alive() || membarrier(membarrierPrivate) != nil {
					continue
				}
				n++
				host.SpinUntil(host.Nanos() + 20_000)
			}
			return
		}
		for last := host.Nanos(); stopped.Load() == 0 && len(gaps) < cap(gaps); {
			now := host.Nanos()
			if gap := float64(now-last) - l.Clock; gap > shortestGap {
				gaps = append(gaps, gap)
			}
			atomic.AddInt64(&counted, 1)
			last = host.Nanos()
		}
	}, func() { stopped.Store(1) })
	if err != nil {
		return err
	}
	s := &lab.Series{Values: slices.DeleteFunc(gaps, func(g float64) bool { return g > longestGap })}
	s.Dropped = len(gaps) - len(s.Values)
	l.reportSeries(name, how, s)
	return nil
}

// A gap between these limits, in nanoseconds, is an interrupt: shorter ones are the reading itself, longer ones a
// context switch.
const (
	shortestGap = 300
	longestGap  = 50_000
)
