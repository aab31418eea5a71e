package smp

import (
	"math/bits"
	"strconv"
	"strings"
)

// MaxCPUs is the largest number of simulated CPUs.
const MaxCPUs = 1024

// CPUSet is a set of CPUs, the kernels' cpumask_t. The zero value is empty. It is a plain value: assigning copies it.
type CPUSet [MaxCPUs / 64]uint64

// Assign makes the set hold nothing but id, in place.
func (s *CPUSet) Assign(id int) {
	*s = CPUSet{}
	s.Add(id)
}

// FirstCPUs returns the set {0, 1, …, n-1}; n is at most MaxCPUs.
func FirstCPUs(n int) (s CPUSet) {
	for i := 0; i < n; i++ {
		s.Add(i)
	}
	return s
}

// Has reports whether id is in the set.
func (s *CPUSet) Has(id int) bool { return s[uint(id)/64]&(1<<(uint(id)%64)) != 0 }

// Add puts id into the set.
func (s *CPUSet) Add(id int) { s[uint(id)/64] |= 1 << (uint(id) % 64) }

// Remove takes id out of the set.
func (s *CPUSet) Remove(id int) { s[uint(id)/64] &^= 1 << (uint(id) % 64) }

// Or adds every CPU of o.
func (s *CPUSet) Or(o *CPUSet) {
	for i := range s {
		s[i] |= o[i]
	}
}

// AndNot takes out every CPU of o.
func (s *CPUSet) AndNot(o *CPUSet) {
	for i := range s {
		s[i] &^= o[i]
	}
}

// Empty reports whether no CPU is in the set.
func (s *CPUSet) Empty() bool { return *s == CPUSet{} }

// Count returns the number of CPUs in the set.
func (s *CPUSet) Count() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Next returns the smallest member that is at least from, or -1 where there is none.
func (s *CPUSet) Next(from int) int {
	for i := from / 64; i < len(s); i++ {
		w := s[i]
		if i == from/64 {
			w &= ^uint64(0) << (uint(from) % 64)
		}
		if w != 0 {
			return i*64 + bits.TrailingZeros64(w)
		}
	}
	return -1
}

// String writes the set as the kernel's cpu lists do: "{0-3,7}".
func (s CPUSet) String() string {
	var b strings.Builder
	b.WriteByte('{')
	for i := s.Next(0); i >= 0; {
		j := i
		for j+1 < MaxCPUs && s.Has(j+1) {
			j++
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(i))
		if j > i {
			b.WriteByte('-')
			b.WriteString(strconv.Itoa(j))
		}
		if j+1 >= MaxCPUs {
			break
		}
		i = s.Next(j + 1)
	}
	b.WriteByte('}')
	return b.String()
}
