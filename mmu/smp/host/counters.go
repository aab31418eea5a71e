package host

import (
	"fmt"
	"strconv"
	"strings"
)

// Event is a hardware event that a thread counts in user mode.
type Event uint8

// The events.
const (
	Instructions Event = iota
	CPUCycles
	TLBLoadMisses     // of the data TLB
	NumEvents     int = iota
)

// Counts are the counts of a thread, by event; -1 where this host does not count it.
type Counts [NumEvents]int64

// Counters counts the events of one thread. They are opened, read and closed on that thread.
type Counters interface {
	// Read returns the counts since Open. It takes some microseconds.
	Read() (Counts, error)
	Close()
}

// CounterSource opens counters, and reads the host's own count of interrupts. Several threads may use it at once.
type CounterSource interface {
	// Open starts the counters of the calling thread, which must stay locked to its goroutine. The error says in one line
	// why there are none.
	Open() (Counters, error)
	// Shootdowns returns how many IPIs for TLB shootdowns the host CPUs have received since the host's start, for any
	// process. Nil is all CPUs.
	Shootdowns(cpus []int) (int64, error)
}

// Hardware returns the counters of this host.
func Hardware() CounterSource { return hardware{} }

type hardware struct{}

func (hardware) Open() (Counters, error) { return openCounters(userEvents) }

// sumInterrupts returns the sum over cpus of the line called name in the text of /proc/interrupts. Nil is all CPUs.
func sumInterrupts(text, name string, cpus []int) (sum int64, err error) {
	lines := strings.Split(text, "\n")
	column := map[string]int{}
	for i, cpu := range strings.Fields(lines[0]) {
		column[cpu] = 1 + i
	}
	for _, line := range lines[1:] {
		words := strings.Fields(line)
		if len(words) <= len(column) || words[0] != name+":" {
			continue
		}
		at := make([]int, 0, len(column))
		for i := range cpus {
			k, ok := column["CPU"+strconv.Itoa(cpus[i])]
			if !ok {
				return 0, fmt.Errorf("/proc/interrupts has no CPU%d", cpus[i])
			}
			at = append(at, k)
		}
		if cpus == nil {
			for _, k := range column {
				at = append(at, k)
			}
		}
		for _, k := range at {
			n, err := strconv.ParseInt(words[k], 10, 64)
			if err != nil {
				return 0, fmt.Errorf("/proc/interrupts, %s: %w", name, err)
			}
			sum += n
		}
		return sum, nil
	}
	return 0, fmt.Errorf("/proc/interrupts has no line %s", name)
}
