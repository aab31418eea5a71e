package host

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// available reads the affinity mask of the calling thread and the cgroup's quota, and tries once whether it may set
// the affinity.
func available() CPUs {
	var c CPUs
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		c.Why = "cannot read the affinity mask: " + err.Error()
		return c
	}
	for id, left := 0, set.Count(); left > 0; id++ {
		if set.IsSet(id) {
			c.Allowed = append(c.Allowed, id)
			left--
		}
	}
	c.Quota = quota("/proc/self/cgroup", "/sys/fs/cgroup")
	c.Why = mayPin(set)
	return c
}

// mayPin sets the mask that the thread already has. In a sandbox this fails.
func mayPin(set unix.CPUSet) string {
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return "cannot set the affinity: " + err.Error()
	}
	return ""
}

// quota returns the cgroup's CPU quota in CPUs, 0 for no limit. It reads both versions of the file system.
func quota(list, root string) float64 {
	text, _ := os.ReadFile(list)
	least := 0.0
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		parts := strings.SplitN(line, ":", 3)
		if len(parts) != 3 {
			continue
		}
		dir := filepath.Join(root, parts[2])
		if strings.Contains(parts[1], "cpu") {
			dir = filepath.Join(root, parts[1], parts[2])
		}
		for ; len(dir) >= len(root); dir = filepath.Dir(dir) {
			if q := quotaOf(dir); q > 0 && (least == 0 || q < least) {
				least = q
			}
		}
	}
	return least
}

func quotaOf(dir string) float64 {
	if text, err := os.ReadFile(filepath.Join(dir, "cpu.max")); err == nil {
		if words := strings.Fields(string(text)); len(words) == 2 {
			return share(words[0], words[1])
		}
	}
	q, _ := os.ReadFile(filepath.Join(dir, "cpu.cfs_quota_us"))
	p, _ := os.ReadFile(filepath.Join(dir, "cpu.cfs_period_us"))
	return share(strings.TrimSpace(string(q)), strings.TrimSpace(string(p)))
}

// share is quota over period; 0 if there is no limit.
func share(quota, period string) float64 {
	q, err1 := strconv.ParseFloat(quota, 64)
	p, err2 := strconv.ParseFloat(period, 64)
	if err1 != nil || err2 != nil || q <= 0 || p <= 0 {
		return 0
	}
	return q / p
}

// pinThread binds the calling thread to one CPU; undo restores its mask. If the system refuses, the thread runs
// unpinned: Available has tried before.
func pinThread(cpu int) (undo func()) {
	var old, one unix.CPUSet
	if unix.SchedGetaffinity(0, &old) != nil {
		return func() {}
	}
	one.Set(cpu)
	_ = unix.SchedSetaffinity(0, &one)
	return func() { _ = unix.SchedSetaffinity(0, &old) }
}

// switches returns the involuntary context switches of the calling thread.
func switches() int64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &u) != nil {
		return 0
	}
	return u.Nivcsw
}

// yieldThread gives up the CPU to another thread.
func yieldThread() { _, _, _ = unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0) }

func load() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return -1
	}
	first, _, _ := strings.Cut(string(text), " ")
	average, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return -1
	}
	return average
}

func model() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for _, line := range strings.Split(string(text), "\n") {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
