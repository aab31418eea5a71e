package here

import "math"

// Costs are what the kernel takes for a call, in nanoseconds. Nothing is remote in them: the first ones are measured on one
// thread with no other of the process running, the contended ones on several threads none of which takes a present page
// away. Local invalidations are part of them.
type Costs struct {
	MapFree float64 // mmap of a page where nothing is present
	MapOver float64 // mmap of a page over a present one
	Fault   float64 // the first touch of a page that the file has
	Touch   float64 // a later touch
	Unmap1  float64 // taking one present page away
	Unmap   float64 // each further page of the same request

	Contended []Contention
}

// Contention is what several threads of a process cost each other in the kernel without any shootdown.
type Contention struct {
	Threads int
	// Lock is by how much a call under mmap_lock holds it longer than the call takes alone: its line and those of the
	// kernel's data move between CPUs. It is negative where a part of the call runs outside of the lock.
	Lock  float64
	Fault float64 // a first touch
}

// of returns the contention of so many threads; one thread has none.
func (c *Costs) of(threads int) Contention {
	for _, k := range c.Contended {
		if k.Threads == threads {
			return k
		}
	}
	return Contention{Threads: threads, Fault: c.Fault}
}

// ok reports whether a kernel can have such costs.
func (c *Costs) ok() bool {
	for _, v := range []float64{c.MapFree, c.MapOver, c.Fault, c.Touch, c.Unmap1, c.Unmap} {
		if math.IsNaN(v) || v <= 0 {
			return false
		}
	}
	return true
}
