package smp

import "sync/atomic"

// The code of a design is not handed the CPU that it runs on wherever it touches data. So the goroutine says which: each CPU
// of an exploration binds its own. The table is shared by all explorations of the program; a goroutine writes its own entry.

// bound is the entry of one goroutine. Entries are never removed: the runtime uses its goroutines again.
type bound struct {
	g   atomic.Uintptr
	cpu atomic.Pointer[CPU]
	sys atomic.Pointer[System]
}

// goroutines is a hash table with open addresses. Searches side by side have tens of goroutines.
var goroutines [4096]bound

// entry returns the entry of the running goroutine, or nil where it has none and is not to get one.
func entry(make bool) *bound {
	g := getg()
	for i := g >> 5 * 0x9e3779b1; ; i++ {
		e := &goroutines[i%uintptr(len(goroutines))]
		switch was := e.g.Load(); {
		case was == g:
			return e
		case was != 0:
		case !make:
			return nil
		case e.g.CompareAndSwap(0, g):
			return e
		}
	}
}

// bind says which CPU the running goroutine is, or which System is being built on it.
func bind(c *CPU, s *System) {
	e := entry(true)
	e.cpu.Store(c)
	e.sys.Store(s)
}

// onGoroutine returns the CPU of the running goroutine and its System; the System alone where it is being built.
func onGoroutine() (*CPU, *System) {
	e := entry(false)
	if e == nil {
		return nil, nil
	}
	return e.cpu.Load(), e.sys.Load()
}
