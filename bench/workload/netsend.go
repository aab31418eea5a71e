package workload

import (
	"errors"
	"slices"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// sendWindow is the number of pages that a connection has in flight: the default send space of 57,344 bytes (W4).
const sendWindow = 14

// netsend is the common part of sendfile and accesslog: pages of files, mapped on the CPU of the system call, handed
// to the CPU of the socket's protocol thread, optionally touched there, and freed there a round trip later.
//
// If no buffer is free a CPU does not sleep in Alloc, because the protocol thread that would free one may have to run
// on this very CPU: it allocates with NoWait, serves its protocol queue and retries. Failed tries are counted.
type netsend struct {
	cell  *Cell
	rtt   mmu.Cycles
	touch bool
	conns int // connections that a CPU serves at once
	next  func(e *Env) (r request, state sourceState)
	peers peers
}

// request is one file to send to one client, on its own connection.
type request struct {
	client uint64
	pages  []int32
}

// connection is an active request. It keeps its slot among the conns of its CPU from its first page to its last
// acknowledgement, as a socket does: the load is a closed loop, in which a slow CPU slows its clients down.
type connection struct {
	request
	sent, inFlight int // pages
}

// over reports whether every page has been acknowledged.
func (k *connection) over() bool { return k.sent == len(k.pages) && k.inFlight == 0 }

// sourceState is the state of a source of requests.
type sourceState uint8

const (
	more  sourceState = iota // there is a request
	dry                      // none at the moment: idle for a while and retry
	ended                    // no more
)

// packet is a page on its way to the protocol CPU.
type packet struct {
	h    *Handle
	conn *connection
	home int
	due  mmu.Cycles
}

// ack reports to the sender that one page of the connection has been freed.
type ack struct{ conn *connection }

// sender is one CPU's state.
type sender struct {
	*netsend
	e     *Env
	open  []*connection // at most conns
	turn  int
	queue []packet // protocol side: waiting for their acknowledgement, by due time
	ended bool     // the source has no more requests
}

// netsendNeeds: a page is sent on one CPU and freed on another, at its acknowledgement.
func netsendNeeds(*Cell) Needs { return Needs{Moves: true, Sleeps: true, AnyOrder: true} }

func (n *netsend) body(e *Env) error {
	s := &sender{netsend: n, e: e}
	for {
		s.poll()
		k := s.pick()
		switch {
		case k != nil:
			if err := s.send(k); err != nil {
				return err
			}
		case s.ended && len(s.open) == 0:
			return s.serveOthers()
		default:
			s.await(0)
		}
	}
}

// pick returns a connection that may send a page. It takes new requests from the source while there is a free slot.
func (s *sender) pick() *connection {
	for !s.ended && len(s.open) < s.conns {
		r, state := s.next(s.e)
		if state == ended {
			s.ended = true
		}
		if state != more {
			break
		}
		if len(r.pages) > 0 {
			s.open = append(s.open, &connection{request: r})
		}
	}
	for range s.open {
		s.turn++
		k := s.open[s.turn%len(s.open)]
		if k.sent < len(k.pages) && k.inFlight < sendWindow {
			return k
		}
	}
	return nil
}

// send maps the connection's next page and hands it to the protocol CPU.
func (s *sender) send(k *connection) error {
	e := s.e
	pg := s.cell.Machine.Page(int(k.pages[k.sent]))
	h, err := e.Alloc(pg, allocators.NoWait|allocators.Catch)
	if errors.Is(err, allocators.ErrNoBuf) {
		s.await(s.rtt/4 + 1)
		return nil
	}
	if err != nil {
		return err
	}
	k.sent++
	k.inFlight++
	e.cpu.Send(s.protocolCPU(k.client), &packet{h: h, conn: k, home: e.cpu.ID()})
	return nil
}

// protocolCPU spreads the connections of one CPU over the others.
func (s *sender) protocolCPU(client uint64) int {
	n := s.e.NCPU()
	if n == 1 {
		return 0
	}
	return (s.e.cpu.ID() + 1 + int(client>>17%uint64(n-1))) % n
}

// poll handles messages that have arrived and frees what is due.
func (s *sender) poll() {
	for {
		msg, ok := s.e.cpu.Recv()
		if !ok {
			break
		}
		s.take(msg)
	}
	s.freeDue()
}

// await idles until a message arrives or something is due, for at most n cycles unless n is 0.
func (s *sender) await(n mmu.Cycles) {
	until := smp.Forever
	if len(s.queue) > 0 {
		until = s.queue[0].due
	}
	if now := s.e.cpu.Now(); n > 0 {
		until = min(until, now+n)
	} else if !s.ended && len(s.open) == 0 {
		until = min(until, now+s.rtt+1) // the source is dry
	}
	if msg, ok := s.e.cpu.RecvUntil(until); ok {
		s.take(msg)
	}
	s.freeDue()
}

func (s *sender) take(msg any) {
	switch msg := msg.(type) {
	case *packet:
		if s.touch {
			s.e.Copy(msg.h, 4096, false) // the checksum, in software
		}
		msg.due = s.e.cpu.Now() + s.rtt
		s.queue = append(s.queue, *msg)
	case ack:
		msg.conn.inFlight--
		if msg.conn.over() {
			i := slices.Index(s.open, msg.conn)
			s.open = slices.Delete(s.open, i, i+1)
		}
	}
}

// freeDue frees the pages whose acknowledgement has arrived. Packets are queued in order of arrival and all take one
// round trip, so that the first is due first.
func (s *sender) freeDue() {
	for len(s.queue) > 0 && s.queue[0].due <= s.e.cpu.Now() {
		p := s.queue[0]
		s.queue = s.queue[:copy(s.queue, s.queue[1:])]
		s.e.Free(p.h)
		s.e.cpu.Send(p.home, ack{p.conn})
	}
}

// serveOthers does the remaining protocol work when a CPU has sent everything.
func (s *sender) serveOthers() error {
	if s.peers.finished(s.e) {
		return nil
	}
	for {
		until := smp.Forever
		if len(s.queue) > 0 {
			until = s.queue[0].due
		}
		msg, ok := s.e.cpu.RecvUntil(until)
		if _, done := msg.(quit); ok && done {
			return nil
		}
		if ok {
			s.take(msg)
		}
		s.freeDue()
	}
}
