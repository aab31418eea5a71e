package here

import "math"

// Costs are the kernel's costs of its calls, in nanoseconds, without remote parts: the first ones are measured on one
// thread while no other of the process runs, the contended ones on several threads none of which removes a present
// page. They include local invalidations.
type Costs struct {
	MapFree float64 // mmap of a page with nothing present
	MapOver float64 // mmap of a page over a present one
	Fault   float64 // the first touch of a page that the file contains
	Touch   float64 // a later touch
	Unmap1  float64 // removing one present page
	Unmap   float64 // each further page of the same request

	Contended []Contention
}

// Contention is the cost that several threads of a process cause each other in the kernel without any shootdown.
type Contention struct {
	Threads int
	// Lock is the additional time for which a call under mmap_lock holds it: its line and those of the kernel's data
	// move between CPUs. It is negative if a part of the call runs outside of the lock.
	Lock  float64
	Fault float64 // a first touch
}

// of returns the contention for that number of threads; one thread has none.
func (c *Costs) of(threads int) Contention {
	for _, k := range c.Contended {
		if k.Threads == threads {
			return k
		}
	}
	return Contention{Threads: threads, Fault: c.Fault}
}

// ok reports whether the costs are plausible.
func (c *Costs) ok() bool {
	for _, v := range []float64{c.MapFree, c.MapOver, c.Fault, c.Touch, c.Unmap1, c.Unmap} {
		if math.IsNaN(v) || v <= 0 {
			return false
		}
	}
	return true
}
