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
	drives bool // it has resumed another one, which has not come back
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

// pause lets the other CPUs run until this one is next. A coroutine resumes the next one itself, which takes one switch, unless
// that one waits for it to come back: then it returns to the one that resumed it, and so on up to the driver. A CPU that is unwound
// panics, in deferred calls too.
func (co *coroutine) pause() {
	s := co.cpu.sys
	for !s.unwinding && (s.next != co.cpu || s.cancel.Load()) {
		if c := s.next; c == nil || c.co.drives || s.cancel.Load() {
			co.yield(struct{}{})
			continue
		}
		co.drives = true
		s.runNext()
		co.drives = false
	}
	if s.unwinding {
		panic(unwind{})
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
