package smp

import (
	"math/bits"

	"lwbench/internal/reuse"
)

// Sending is how a kernel sends one request to several CPUs.
type Sending uint8

// The ways to send.
const (
	// Unicast queues an entry for each target and writes the ICR once for each (DragonFly lwkt_send_ipiq_mask).
	Unicast Sending = iota
	// Cluster queues an entry for each target and writes the ICR once for each cluster of the x2APIC that holds targets
	// (Linux x2apic_send_IPI_mask). A machine without clusters takes one write a target.
	Cluster
	// Shorthand is Cluster, and one write, all-but-self, where every other CPU is a target (Linux since 5.4, 2019).
	Shorthand
	// Vector has an interrupt vector of its own and the request in global variables: it queues nothing. It writes the ICR
	// once, all-but-self, where every other CPU is a target, and once a target otherwise (FreeBSD smp_tlb_shootdown,
	// DragonFly smp_invltlb).
	Vector
)

// Acking is how targets say that they have done their part.
type Acking uint8

// The ways to acknowledge.
const (
	// Counter is one shared word that each target increments and the initiator reads: its line goes from CPU to CPU, one
	// after another (DragonFly lwkt_cpusync, FreeBSD smp_tlb_wait until r306516).
	Counter Acking = iota
	// Flags is a word for each target in a line of its own, which the initiator reads (Linux csd, FreeBSD since r306516).
	Flags
)

// Method is how a kernel makes other CPUs do something: a choice of its code, not of the machine. The machine says what
// each step costs.
type Method struct {
	Send Sending
	Ack  Acking
	// Masked says that the initiator waits with interrupts disabled (FreeBSD under a spin mutex). Two that wait for each other
	// so are deadlocked. Otherwise it serves IPIs while it waits.
	Masked bool
}

// CPUSync is the method of DragonFly's lwkt_cpusync_start and _finish (sys/kern/lwkt_ipiq.c, 2003 to 2010).
var CPUSync = Method{Send: Unicast, Ack: Counter}

// sends works out when each IPI of a request leaves.
type sends struct {
	s        *System
	k        *Costs
	from     int32
	at       Cycles // when the last one left
	mode     Sending
	all      bool  // every other CPU is a target
	cluster  int32 // of the last one in cluster mode, or -1
	shortcut bool  // the one ICR write has been made
	writes   int   // ICR writes
}

// newSends begins a request of c to n targets.
func (c *CPU) newSends(mode Sending, n int) sends {
	s := c.sys
	x := sends{s: s, k: &s.costs, from: c.id, at: c.now + s.costs.IPISend, mode: mode, all: n == len(s.cpus)-1, cluster: -1}
	if mode == Cluster || mode == Shorthand { // all entries are queued before the first write
		x.at += Cycles(n) * x.k.IPIQueue
	}
	return x
}

// next returns when the IPI to CPU id arrives there. Targets come in the order of their numbers.
func (x *sends) next(id int32) Cycles {
	switch {
	case x.all && (x.mode == Shorthand || x.mode == Vector):
		if !x.shortcut {
			x.shortcut = true
			x.write()
		}
	case x.mode == Cluster || x.mode == Shorthand:
		if k := x.s.clusterOf(id); k < 0 || k != x.cluster {
			x.cluster = k
			x.write()
		}
	default:
		if x.mode == Unicast {
			x.at += x.k.IPIQueue
		}
		x.write()
	}
	return x.at + x.s.delivery(x.from, id)
}

func (x *sends) write() {
	x.at += x.k.ICR
	x.writes++
}

// clusterOf returns the x2APIC cluster of a CPU, -1 where the machine has none. APIC numbers restart at 0 in each socket.
func (s *System) clusterOf(id int32) int32 {
	if s.costs.Cluster == 0 {
		return -1
	}
	perSocket := int32(s.topo.Cores * s.topo.Threads)
	socket, of := id/perSocket, id%perSocket
	return socket<<16 | of/int32(s.costs.Cluster)
}

// post sends r, c's request, to its targets. It returns how many there are, when the last IPI arrives, and how long the
// sending takes. The targets take a request to most CPUs from the System's log, as they do broadcasts.
func (c *CPU) post(r *rendezvous) (n int, last, sending Cycles) {
	s := c.sys
	if n = r.on.Count(); n == 0 {
		return 0, 0, 0
	}
	log := s.explored == nil && 2*n >= len(s.cpus)
	if log {
		r.arrival = reuse.Room(r.arrival, len(s.cpus))
		r.unseen = r.on
		r.entry = s.enter(sent{made: c.now, from: c.id, what: aRequest, on: &r.unseen})
	}
	q := irq{from: c.id, kind: r.kind}
	x := c.newSends(r.by.Send, n)
	for w, left := range r.on {
		for ; left != 0; left &= left - 1 {
			id := int32(w*64 + bits.TrailingZeros64(left))
			q.at = x.next(id)
			last = max(last, q.at)
			switch {
			case log:
				r.arrival[id] = q.at
			case s.explored == nil:
				s.cpus[id].queueIRQ(q)
			default:
				s.cpus[id].deliver(q)
			}
		}
	}
	s.writes[c.id] += int64(x.writes)
	return n, last, x.at - c.now
}

// sendingTime returns how long sending one request to the CPUs of on takes, and counts its ICR writes.
func (c *CPU) sendingTime(on *CPUSet, mode Sending) Cycles {
	targets := *on
	targets.Remove(int(c.id))
	n := targets.Count()
	if n == 0 {
		return 0
	}
	x := c.newSends(mode, n)
	for id := targets.Next(0); id >= 0; id = targets.Next(id + 1) {
		x.next(int32(id))
	}
	c.sys.writes[c.id] += int64(x.writes)
	return x.at - c.now
}

// ICRWrites returns how many times this CPU has written the APIC's interrupt command register so far.
func (c *CPU) ICRWrites() int64 { return c.sys.writes[c.id] }
