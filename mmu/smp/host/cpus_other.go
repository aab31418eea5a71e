//go:build !linux

package host

import "runtime"

func available() CPUs {
	c := CPUs{Why: "threads can be pinned on Linux only"}
	for id := range runtime.NumCPU() {
		c.Allowed = append(c.Allowed, id)
	}
	return c
}

func pinThread(int) (undo func()) { return func() {} }

func switches() int64 { return 0 }

func yieldThread() { runtime.Gosched() }

func load() float64 { return -1 }

func model() string { return "" }
