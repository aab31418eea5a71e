package genbuf

import "lwbench/mmu"

// stamp returns a generation for slots whose PTEs have been cleared (G1): a CPU that reads a later clock and then flushes
// holds nothing of them. It orders earlier memory accesses before it, as lfence; rdtsc and a locked add do.
func (a *allocator) stamp(c *mmu.CPU) mmu.Cycles {
	if a.counter {
		return mmu.Cycles(a.gens.Add(&c.CPU, 1)) - 1
	}
	return c.ReadTSC() + a.skew
}

// clock returns the moment from which on a flush counts that begins after it (G2).
func (a *allocator) clock(c *mmu.CPU) mmu.Cycles {
	if a.counter {
		return mmu.Cycles(a.gens.Load(&c.CPU))
	}
	return c.ReadTSC()
}
