package smp

import "math/bits"

// place is where a CPU sits: Topology.Distance without its divisions and branches. The code of a CPU is its socket, its core
// in the socket and its thread in the core, each in bits of its own: the highest bit in which two codes differ says how far the
// CPUs are apart.
type place struct {
	code uint32
	far  Distance // the farthest CPU
}

// widths returns how many bits of a code the thread and the core take.
func (t Topology) widths() (thread, core int) {
	return bits.Len(uint(t.Threads - 1)), bits.Len(uint(t.Cores - 1))
}

// codeOf returns the code of CPU id.
func codeOf(t Topology, id int) uint32 {
	thread, core := t.widths()
	inSocket := id / t.Threads
	return uint32(inSocket/t.Cores<<(core+thread) | inSocket%t.Cores<<thread | id%t.Threads)
}

// placeBits returns the distance of two CPUs by the length in bits of the difference of their codes.
func placeBits(t Topology) (far [33]Distance) {
	thread, core := t.widths()
	for n := range far {
		switch {
		case n == 0:
			far[n] = Self
		case n <= thread:
			far[n] = Sibling
		case n <= thread+core:
			far[n] = Socket
		default:
			far[n] = Remote
		}
	}
	return far
}

func (s *System) distance(a, b int32) Distance { return s.byBits[s.bits(a, b)] }

// line returns what it costs CPU a to take a cache line from CPU b.
func (s *System) line(a, b int32) Cycles { return s.lineBy[s.bits(a, b)] }

// delivery returns how long an IPI takes from CPU a to CPU b.
func (s *System) delivery(a, b int32) Cycles { return s.deliverBy[s.bits(a, b)] }

func (s *System) bits(a, b int32) int { return bits.Len32(s.place[a].code ^ s.place[b].code) }
