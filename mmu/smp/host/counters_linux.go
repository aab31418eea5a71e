package host

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// perfEvent names an event to perf_event_open(2).
type perfEvent struct {
	kind   uint32
	config uint64
}

// userEvents are the hardware events, in the order of Event.
var userEvents = [NumEvents]perfEvent{
	{unix.PERF_TYPE_HARDWARE, unix.PERF_COUNT_HW_INSTRUCTIONS},
	{unix.PERF_TYPE_HARDWARE, unix.PERF_COUNT_HW_CPU_CYCLES},
	{
		unix.PERF_TYPE_HW_CACHE,
		unix.PERF_COUNT_HW_CACHE_DTLB | unix.PERF_COUNT_HW_CACHE_OP_READ<<8 | unix.PERF_COUNT_HW_CACHE_RESULT_MISS<<16,
	},
}

// perf holds one file for each event that the host has; -1 for the others.
type perf [NumEvents]int

// openCounters opens what the host has of events. It is an error if that is none.
func openCounters(events [NumEvents]perfEvent) (Counters, error) {
	p := new(perf)
	var first error
	found := false
	for i, e := range events {
		attr := unix.PerfEventAttr{
			Type: e.kind, Config: e.config, Size: uint32(unsafe.Sizeof(unix.PerfEventAttr{})),
			Read_format: unix.PERF_FORMAT_TOTAL_TIME_ENABLED | unix.PERF_FORMAT_TOTAL_TIME_RUNNING,
			Bits:        unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv,
		}
		fd, err := unix.PerfEventOpen(&attr, 0, -1, -1, unix.PERF_FLAG_FD_CLOEXEC)
		if err != nil {
			p[i] = -1
			if first == nil {
				first = err
			}
			continue
		}
		p[i], found = fd, true
	}
	if !found {
		return nil, noCounters(first)
	}
	return p, nil
}

// noCounters says what the error of perf_event_open means.
func noCounters(err error) error {
	switch {
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return fmt.Errorf("perf_event_open is not permitted (kernel.perf_event_paranoid, or a sandbox): %w", err)
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.ENODEV):
		return fmt.Errorf("this host has no hardware events, as many virtual machines: %w", err)
	}
	return fmt.Errorf("perf_event_open: %w", err)
}

// Read implements Counters. Where the host has fewer counters than events it takes turns, and a count is scaled up.
func (p *perf) Read() (c Counts, err error) {
	for i, fd := range p {
		if fd < 0 {
			c[i] = -1
			continue
		}
		var b [24]byte // count, time enabled, time running
		n, err := unix.Read(fd, b[:])
		if err != nil {
			return c, fmt.Errorf("reading a perf event: %w", err)
		}
		if n != len(b) {
			return c, fmt.Errorf("a perf event has %d bytes, expected %d", n, len(b))
		}
		word := func(i int) uint64 { return binary.NativeEndian.Uint64(b[8*i:]) }
		c[i] = scaled(word(0), word(1), word(2))
	}
	return c, nil
}

// scaled returns a count for all the time that the event was enabled; -1 if it was never counted.
func scaled(count, enabled, running uint64) int64 {
	switch {
	case running == 0:
		return -1
	case running < enabled:
		return int64(float64(count) * (float64(enabled) / float64(running)))
	}
	return int64(count)
}

// Close implements Counters.
func (p *perf) Close() {
	for _, fd := range p {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}

func (hardware) Shootdowns(cpus []int) (int64, error) {
	text, err := os.ReadFile("/proc/interrupts")
	if err != nil {
		return 0, err
	}
	return sumInterrupts(string(text), "TLB", cpus)
}
