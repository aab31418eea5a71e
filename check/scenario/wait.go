package scenario

import (
	"lwbench/allocators"
	"lwbench/allocators/ops"
)

// waits makes every CPU use buffers one after another, sleeping if the pool is empty; occasionally a signal ends a
// sleep. Each CPU holds one buffer at a time and frees it itself, so that no CPU may sleep forever.
func (g *generator) waits(rounds int) {
	g.pages = g.cpus + g.r.IntN(2)
	catch, signals := g.r.IntN(3), g.r.IntN(3)
	for range rounds {
		for cpu := range g.cpus {
			if g.r.IntN(6) == 0 {
				continue
			}
			if signals == 0 && g.r.IntN(2) == 0 {
				g.add(ops.Op{CPU: cpu, Verb: ops.Signal, To: g.r.IntN(g.cpus)})
			}
			op := ops.Op{CPU: cpu, Verb: ops.Alloc, Name: g.name(), Page: g.r.IntN(g.pages)}
			op.Flags = allocators.Flags(g.r.IntN(2)) * allocators.Private
			if g.r.IntN(3) < catch {
				op.Flags |= allocators.Catch
			}
			g.add(op)
			if g.r.IntN(2) == 0 {
				g.add(ops.Op{CPU: cpu, Verb: ops.Store, Name: op.Name})
			}
			g.add(ops.Op{CPU: cpu, Verb: ops.Free, Name: op.Name})
		}
	}
}
