package smp

import "lwbench/mmu/smp/host"

// Gate guards what a harness shares between CPUs and no kernel has: it takes no virtual time. Under the virtual clock
// entering is an ordered point and nothing more; on real threads one CPU is inside at a time. Nothing inside may wait.
type Gate struct{ mu host.Lock }

// Enter goes in.
func (c *CPU) Enter(g *Gate) {
	if c.now >= c.horizon && c.yield() {
		g.mu.Acquire()
	}
}

// Leave goes out.
func (c *CPU) Leave(g *Gate) {
	if c.live != nil {
		g.mu.Release()
	}
}
