package smp

import (
	"iter"
	"runtime/debug"
)

// Coroutines run the CPUs of one System after another. Making a coroutine costs more than a short run, and under the race
// detector each one that ends keeps a megabyte forever (Go 1.26: coroexit does not call racegoend). The zero value is
// empty. One run at a time may use them; Close ends them.
type Coroutines struct{ idle []*coroutine }

// slot is an iter.Pull as a place in which one goroutine waits. Both next and yield wake that goroutine and make the caller wait
// there in its place, whoever the caller is; iter.Pull only requires that they alternate. So the goroutine of Run and those of n
// coroutines, one of which runs, wait in n slots, and each switches to any other in one step. Through one goroutine that resumes all
// it takes two.
type slot struct {
	next  func() (struct{}, bool)
	yield func(struct{}) bool
	stop  func()
	odd   bool // next was called last
}

// swap waits in p in place of the goroutine that waits there, which runs.
func (p *slot) swap() {
	if p.odd = !p.odd; p.odd {
		p.next()
	} else {
		p.yield(struct{}{})
	}
}

// coroutine runs one CPU's code, and then waits for the next.
type coroutine struct {
	at     *slot // where its goroutine waits, or waited last
	leaves bool  // when it runs next, it goes to its own slot
	cpu    *CPU
	body   func(*CPU) error
	ended  bool // the code has returned
	exited bool // by runtime.Goexit, as t.FailNow does
	own    slot
}

// Close ends the coroutines that wait. One that is in a run is not touched.
func (k *Coroutines) Close() {
	for _, co := range k.idle {
		co.own.stop()
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
		co.at = &co.own
		co.own.next, co.own.stop = iter.Pull(co.loop)
	}
	co.cpu, co.body, co.ended = c, body, false
	return co
}

// give takes back a coroutine whose code has returned and that waits in its own slot.
func (k *Coroutines) give(co *coroutine) {
	co.cpu, co.body = nil, nil
	k.idle = append(k.idle, co)
}

// loop is the coroutine: it runs the code of one CPU after another, until Close.
func (co *coroutine) loop(yield func(struct{}) bool) {
	co.own.yield = yield
	if co.cpu.sys.explored != nil {
		growStack(co.cpu.id)
	}
	defer func() {
		if co.body != nil {
			co.exited = true
			co.end()
		}
	}()
	for co.body != nil {
		co.run()
		co.end()
	}
}

// end returns to Run, until there is another CPU.
func (co *coroutine) end() {
	co.ended, co.cpu.sys.ended = true, co.cpu
	co.wait(co.cpu.sys.host)
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

// switchTo runs the goroutine that waits in p, and waits there until this coroutine's CPU is next. A CPU that is unwound panics.
func (co *coroutine) switchTo(p *slot) {
	co.wait(p)
	if co.cpu.sys.unwinding {
		panic(unwind{})
	}
}

// wait waits in p in place of the goroutine there.
func (co *coroutine) wait(p *slot) {
	co.at = p
	p.swap()
	if co.leaves {
		co.leaves, co.at = false, &co.own
		co.own.swap()
	}
}
