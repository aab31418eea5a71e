package workload

import (
	"errors"

	"lwbench/mmu/smp"
)

// peers lets CPUs that are done with their own operations go on serving the others until all are done.
type peers struct {
	left int
	gate smp.Gate // guards left
}

// quit tells a CPU that nobody has anything under way any more.
type quit struct{}

var errNoMessage = errors.New("woken without a message")

// wait returns the next message; it idles until there is one.
func (e *Env) wait() (any, error) {
	msg, ok := e.cpu.RecvUntil(smp.Forever)
	if !ok {
		return nil, errNoMessage
	}
	return msg, nil
}

// finished counts this CPU out, once it has nothing under way; the last one tells all others to quit and gets true.
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
