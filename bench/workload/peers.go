package workload

import (
	"errors"

	"lwbench/mmu/smp"
)

// peers lets CPUs that have finished their own operations serve the others until all have finished.
type peers struct {
	left int
	gate smp.Gate // guards left
}

// quit is the message that no CPU has unfinished operations.
type quit struct{}

var errNoMessage = errors.New("woken without a message")

// wait returns the next message, idling until there is one.
func (e *Env) wait() (any, error) {
	msg, ok := e.cpu.RecvUntil(smp.Forever)
	if !ok {
		return nil, errNoMessage
	}
	return msg, nil
}

// finished marks this CPU as finished, with nothing outstanding. The last one sends quit to all others and gets true.
func (p *peers) finished(e *Env) (last bool) {
	c := e.cpu
	c.Enter(&p.gate)
	p.left--
	last = p.left == 0
	c.Leave(&p.gate)
	if !last {
		return false
	}
	for id := range e.NCPU() {
		if id != c.ID() {
			c.Send(id, quit{})
		}
	}
	return true
}

// end marks this CPU as finished, and serves the messages of the others until none of them is at work.
func (p *peers) end(e *Env, serve func(msg any)) error {
	if p.finished(e) {
		return nil
	}
	for {
		msg, err := e.wait()
		if err != nil {
			return err
		}
		if _, ok := msg.(quit); ok {
			return nil
		}
		serve(msg)
	}
}
