package smp

import "lwbench/internal/reuse"

// An exploration makes a System for each schedule, by the hundred thousand. Renew makes it in the memory of the one before:
// each struct is written as a whole, so that a field is new unless its memory is named here, and what is named is empty.

// memory is what a System leaves to the next.
type memory struct {
	tree       tree
	place      []place
	caused     []Cycles
	writes     []int64
	broadcasts []*Broadcast
	log        []sent
	letters    letters
	explored   *exploration
	topo       Topology // of byBits
	byBits     [33]Distance
}

func (s *System) spare() memory {
	return memory{s.tree, s.place, s.caused, s.writes, s.broadcasts, s.log, s.letters, s.explored, s.topo, s.byBits}
}

// empty returns list without its elements, and without what they refer to.
func empty[T any](list []T) []T {
	clear(list)
	return list[:0]
}

// renew makes c what a CPU of a new System is.
func (c *CPU) renew() {
	*c = CPU{
		irqAt: Forever, wipeAt: Forever, always: Forever, inbox: c.inbox[:0],
		rv:   rendezvous{arrival: c.rv.arrival, acks: acks{keys: c.rv.acks.keys[:0], spare: c.rv.acks.spare}},
		mail: empty(c.mail),
	}
	if cap(c.inbox) <= len(c.first) {
		c.inbox = c.first[:0]
	}
}

// renew makes x, which may be nil, what an exploration is at its beginning.
func (x *exploration) renew(cfg *Config, cpus int) *exploration {
	if x == nil {
		x = new(exploration)
	}
	*x = exploration{
		Scheduler: cfg.Scheduler, parked: cfg.Parked, tr: cfg.Tracer, soonest: Forever,
		held: reuse.Zeros(x.held, cpus), ready: x.ready[:0], names: names{blocks: empty(x.names.blocks)}, events: x.events[:0],
	}
	if cfg.Races && cpus <= maxTraced {
		x.races = newRaces()
	}
	x.binds = cfg.Granularity == Statements || x.traced()
	return x
}
