package here

import (
	"math"

	"lwbench/bench/spread"
)

// Costs are the kernel's costs of its calls, in nanoseconds, without remote parts: the first ones are measured on one
// thread while no other of the process runs, the contended ones on several threads none of which removes a present
// page. They include local invalidations.
type Costs struct {
	MapFree float64 // mmap of a page with nothing present
	MapNext float64 // the same where the mapping of the page before grows by it
	MapOver float64 // mmap of a page over a present one
	// The first touch of a page that the file contains. An invalidation, even of one page, also drops what a CPU keeps
	// of the upper levels of the page table (Intel SDM volume 3, 4.10.4.1): the next fault walks it all, in a guest
	// through both tables.
	Fault     float64 // after an invalidation
	FaultNext float64 // after another first touch, with no invalidation since
	Touch     float64 // a later touch
	Unmap1    float64 // removing one present page
	UnmapN    float64 // removing the pages of all slots, one mapping, by one request

	Contended []Contention
}

// Contention is the cost that several threads of a process cause each other in the kernel without any shootdown.
type Contention struct {
	Threads int
	// Lock is the additional time for which a call under mmap_lock holds it: its line and those of the kernel's data
	// move between CPUs. It is negative if a part of the call runs outside of the lock.
	Lock  float64
	Fault float64 // the additional time of a first touch
}

// of returns the contention for that number of threads; one thread has none.
func (c *Costs) of(threads int) Contention {
	for _, k := range c.Contended {
		if k.Threads == threads {
			return k
		}
	}
	return Contention{Threads: threads}
}

// ok reports whether the costs are plausible.
func (c *Costs) ok() bool {
	list := []float64{c.MapFree, c.MapNext, c.MapOver, c.Fault, c.FaultNext, c.Touch, c.Unmap1, c.UnmapN}
	for _, k := range c.Contended {
		list = append(list, c.MapNext+k.Lock, c.FaultNext+k.Fault)
	}
	for _, v := range list {
		if math.IsNaN(v) || v <= 0 {
			return false
		}
	}
	return true
}

// medianCosts returns the medians of the costs of several rounds; those of none are 0.
func medianCosts(rounds []round) (c Costs) {
	of := func(get func(c *Costs) float64) float64 {
		list := make([]float64, len(rounds))
		for i := range rounds {
			list[i] = get(&rounds[i].costs)
		}
		m, err := spread.Median(list)
		if err != nil {
			return 0
		}
		return m
	}
	c.MapFree = of(func(c *Costs) float64 { return c.MapFree })
	c.MapNext = of(func(c *Costs) float64 { return c.MapNext })
	c.MapOver = of(func(c *Costs) float64 { return c.MapOver })
	c.Fault = of(func(c *Costs) float64 { return c.Fault })
	c.FaultNext = of(func(c *Costs) float64 { return c.FaultNext })
	c.Touch = of(func(c *Costs) float64 { return c.Touch })
	c.Unmap1 = of(func(c *Costs) float64 { return c.Unmap1 })
	c.UnmapN = of(func(c *Costs) float64 { return c.UnmapN })
	if len(rounds) == 0 {
		return c
	}
	for i, k := range rounds[0].costs.Contended {
		c.Contended = append(c.Contended, Contention{
			Threads: k.Threads,
			Lock:    of(func(c *Costs) float64 { return c.Contended[i].Lock }),
			Fault:   of(func(c *Costs) float64 { return c.Contended[i].Fault }),
		})
	}
	return c
}
