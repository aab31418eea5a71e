package smp

import (
	"fmt"
	"strings"
)

// DeadlockError says that some CPUs wait and nobody is left who could end it: a lock cycle, a rendezvous under a
// spinlock, a sleeper whom nobody wakes.
type DeadlockError struct {
	Waits []string // one line for each CPU that waits: "cpu1 spins for lock X held by cpu0, IPIs held off"
}

// Error returns all lines, joined.
func (e *DeadlockError) Error() string { return "deadlock: " + strings.Join(e.Waits, "; ") }

// deadlock describes why no CPU can run.
func (s *System) deadlock() error {
	e := &DeadlockError{}
	for _, c := range s.cpus {
		if c.state == finished {
			continue
		}
		e.Waits = append(e.Waits, c.describe())
	}
	return e
}

func (c *CPU) describe() string {
	held := ""
	if !c.takesIPIs() {
		held = ", IPIs held off"
	}
	switch {
	case c.stops > 0 && !c.rv.active:
		return fmt.Sprintf("cpu%d is stopped by a rendezvous%s", c.id, held)
	case c.blockedL != nil:
		return fmt.Sprintf("cpu%d spins for lock %s held by cpu%d%s", c.id, c.blockedL.Name, c.blockedL.holder-1, held)
	case c.state == collecting:
		return fmt.Sprintf("cpu%d waits in its rendezvous for %s", c.id, c.missing())
	}
	return fmt.Sprintf("cpu%d waits for %s%s", c.id, c.blocked, held)
}

// missing names the CPUs that have not arrived at c's rendezvous.
func (c *CPU) missing() CPUSet {
	var m CPUSet
	for _, d := range c.sys.cpus {
		for i := range d.inbox {
			if q := &d.inbox[i]; q.from == c.id && (q.kind == irqStop || q.kind == irqCall) {
				m.Add(int(d.id))
			}
		}
	}
	return m
}
