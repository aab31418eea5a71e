package calibrate

import (
	"errors"
	"fmt"
	"math/bits"

	"lwbench/bench/calibrate/lab"
	"lwbench/bench/spread"
	"lwbench/mmu/smp/host"
)

// chain executes n times 32 instructions, each of which needs the result of the previous one and takes one cycle: a
// rotation by a constant and an addition, on amd64 and arm64 alike.
func chain(x, k uint64, n int) uint64 {
	for range n {
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
		x = bits.RotateLeft64(x, 7) + k
	}
	return x
}

// chained is the number of cycles in one round of chain.
const chained = 32

// sink keeps unused results from being optimised away.
var sink host.Word

// probeClock measures the clock's rate and the cost of reading the time.
func probeClock(l *prober) error {
	s, err := l.Alone(l.Top[0], 400, 1, func() { sink.Store(int64(chain(1, 3, 2000))) })
	if err != nil {
		return err
	}
	rate := &lab.Series{Dropped: s.Dropped}
	for _, v := range s.Values {
		rate.Add(2000*chained/v*1e9, v > 0)
	}
	// Disturbances only slow down a chain of instructions: the fast end of the samples is the clock.
	e, err := rate.Estimate()
	if err == nil {
		e.Median, err = spread.Percentile(rate.Values, 90)
	}
	l.report("clock", "hz", "a chain of 64,000 dependent one-cycle instructions; the 90th percentile", e, err)

	s, err = l.ReadClock(200)
	if err != nil {
		return err
	}
	l.reportSeries("reading the time", "500 reads of the monotonic clock in a row", s)
	if f := l.last(); f.Err == nil {
		l.Clock = f.Median
	}
	return nil
}

// last returns the figure reported last.
func (l *prober) last() *Figure { return &l.figures[len(l.figures)-1] }

// drift returns the variation of the clock's rate within a calibration: the slowest tenth against the fastest.
func (l *prober) drift() (float64, error) {
	s, err := l.Alone(l.Top[0], 200, 1, func() { sink.Store(int64(chain(1, 3, 2000))) })
	if err != nil {
		return 0, err
	}
	slow, err1 := spread.Percentile(s.Values, 90)
	fast, err2 := spread.Percentile(s.Values, 10)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("drift of the clock: %w", errors.Join(err1, err2))
	}
	return 1 - fast/slow, nil
}
