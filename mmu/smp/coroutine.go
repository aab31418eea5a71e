package smp

import (
	"iter"
	"runtime/debug"
)

// Coroutines run the CPUs of one System after another. Making a coroutine costs more than a short run, and under the race
// detector each one that ends keeps a megabyte forever (Go 1.26: coroexit does not call racegoend). The zero value is
// empty. One run at a time may use them; Close ends them.
type Coroutines struct{ idle []*coroutine }

// coroutine runs one CPU's code, and then waits for the next.
type coroutine struct {
	cpu    *CPU
	body   func(*CPU) error
	ended  bool // the code has returned
	resume func() (struct{}, bool)
	stop   func()
	yield  func(struct{}) bool
}

// Close ends the coroutines that wait. One that is in a run is not touched.
func (k *Coroutines) Close() {
	for _, co := range k.idle {
		co.stop()
	}
	k.idle = nil
}

// take returns a coroutine that will run body on c.
func (k *Coroutines) take(c *CPU, body func(*CPU) error) *coroutine {
	var co *coroutine
	if n := len(k.idle); n > 0 {
		co, k.idle = k.idle[n-1], k.idle[:n-1]
	} else {
		co = &coroutine{}
		co.resume, co.stop = iter.Pull(co.loop)
	}
	co.cpu, co.body, co.ended = c, body, false
	return co
}

// give takes back a coroutine whose code has returned.
func (k *Coroutines) give(co *coroutine) {
	co.cpu, co.body = nil, nil
	k.idle = append(k.idle, co)
}

// loop is the coroutine: it runs the code of one CPU after another.
func (co *coroutine) loop(yield func(struct{}) bool) {
	co.yield = yield
	if co.cpu.sys.explored != nil {
		growStack(co.cpu.id)
	}
	for {
		co.run()
		co.ended = true
		if !yield(struct{}{}) {
			return
		}
	}
}

// run runs the code of the CPU.
func (co *coroutine) run() {
	c := co.cpu
	s := c.sys
	defer func() {
		// An unwinding CPU panics by design. Any other panic becomes an error here, while the coroutine still has its
		// stack: iter.Pull would pass on the value alone.
		if v := recover(); v != nil && !s.unwinding {
			c.err = &Panic{Body: c.ID(), Value: v, Stack: debug.Stack()}
		}
	}()
	if s.unwinding { // the run has ended before it began here
		return
	}
	if x := s.explored; x != nil && x.binds {
		bind(c, s)
		defer bind(nil, nil)
	}
	c.err = co.body(c)
	c.Order() // an IPI that arrives before this moment still meets a CPU at work
}

// pause returns control to the driver until it resumes the CPU. A CPU that is unwound panics, in deferred calls too.
func (co *coroutine) pause() {
	if !co.cpu.sys.unwinding {
		co.yield(struct{}{})
	}
	if co.cpu.sys.unwinding {
		panic(unwind{})
	}
}

// drive takes the driver's place until this coroutine's CPU is next, which saves the switches to the driver and back. One
// coroutine at a time does, and those that it resumes return to it.
func (co *coroutine) drive() {
	s := co.cpu.sys
	s.driver = co
	for s.next != nil && s.next != co.cpu && !s.cancel.Load() && !s.unwinding {
		s.runNext()
	}
	s.driver = nil
	if s.next != co.cpu || s.cancel.Load() {
		co.pause()
	}
}

// unwind ends what the coroutine does for its CPU, and reports whether it can run another.
func (co *coroutine) unwind() bool {
	for !co.ended {
		if _, more := co.resume(); !more {
			return false // runtime.Goexit
		}
	}
	return true
}
