package workload

import (
	"errors"

	"lwbench/mmu/smp/host"
)

// HardwareCounts are what the host counted during a run on real threads. A count of which NoCounts or NoShootdowns is the
// reason why there is none is negative.
type HardwareCounts struct {
	Threads      host.Counts // of all CPUs' threads in user mode, while their operations counted
	Shootdowns   int64       // IPIs that the host CPUs received for TLB shootdowns of any process, in the whole run
	Ran          int64       // operations in the whole run, the warm-up included
	NoCounts     string      // in one line
	NoShootdowns string
}

// Why a CPU has no counters although the host may have them: its goroutine changes threads, or has no run of its own.
var (
	errUnpinned = errors.New("threads are not pinned")
	errSerial   = errors.New("operations run one after another")
)

// meter counts the hardware events of one CPU's thread.
type meter struct {
	c           host.Counters
	before, sum host.Counts
	err         error
}

// open starts counting on the calling thread.
func (k *meter) open(from host.CounterSource, pinned bool) {
	if !pinned {
		k.err = errUnpinned
		return
	}
	k.c, k.err = from.Open()
}

// begin discards what was counted before.
func (k *meter) begin() {
	if k.c != nil && k.err == nil {
		k.before, k.err = k.c.Read()
	}
}

// close ends counting.
func (k *meter) close() {
	if k.c == nil {
		return
	}
	defer k.c.Close()
	if k.err != nil {
		return
	}
	if k.sum, k.err = k.c.Read(); k.err != nil {
		return
	}
	for i := range k.sum {
		if k.sum[i] < 0 || k.before[i] < 0 {
			k.sum[i] = -1
			continue
		}
		k.sum[i] -= k.before[i]
	}
}

// hardware is the host's side of a run.
type hardware struct {
	from  host.CounterSource
	on    []int // host CPUs
	start int64
	err   error
}

func (k *hardware) begin() { k.start, k.err = k.from.Shootdowns(k.on) }

// outcome sums over the CPUs.
func (k *hardware) outcome(envs []*Env) (h HardwareCounts) {
	end, err := k.from.Shootdowns(k.on)
	if h.Shootdowns, err = end-k.start, errors.Join(k.err, err); err != nil {
		h.Shootdowns, h.NoShootdowns = -1, err.Error()
	}
	for _, e := range envs {
		h.Ran += e.n.frees
		m := &e.live.meter
		if m.c == nil && m.err == nil {
			m.err = errSerial
		}
		if m.err != nil {
			h.NoCounts = m.err.Error()
		}
		for i := range h.Threads {
			if m.err != nil || m.sum[i] < 0 || h.Threads[i] < 0 {
				h.Threads[i] = -1
				continue
			}
			h.Threads[i] += m.sum[i]
		}
	}
	return h
}
