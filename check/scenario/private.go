package scenario

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/allocators/ops"
)

// A mapping of a CPU-private design is valid on the CPU that made it, and CPUs free theirs in the reverse order of
// the allocs (kmap_atomic, kmap_local). A handler frees its mappings before it returns. Scenarios of such designs
// obey these rules.

// privateShapes are two CPUs with six operations each, some of them in interrupts.
var privateShapes = []shape{
	{"one-at-a-time", nil, `
0 alloc a 0 private nowait
0 load a
0 free a
0 alloc b 1 private nowait
0 load b
0 free b
1 alloc c 0 private nowait
1 load c
1 free c
1 alloc d 1 private nowait
1 store d
1 free d
`},
	{"nested", nil, `
0 alloc a 0 private nowait
0 load a
0 alloc b 1 private nowait
0 load b
0 free b
0 free a
1 alloc c 1 private nowait
1 alloc d 0 private nowait
1 load d
1 free d
1 load c
1 free c
`},
	{"interrupted", nil, `
0 alloc a 0 private nowait
0 load a
0 free a
0! {
  alloc i 1 private nowait
  load i
  free i
}
1 alloc c 0 private nowait
1 load c
1 free c
1! {
  alloc j 1 private nowait
  load j
  free j
}
`},
	{"interrupted-twice", nil, `
0! {
  alloc i 0 private nowait
  load i
  free i
}
0! {
  alloc k 1 private nowait
  load k
  free k
}
1 alloc c 0 private nowait
1 load c
1 free c
1! {
  alloc j 1 private nowait
  load j
  free j
}
`},
	{"one-interrupted", nil, `
0 alloc a 1 private nowait
0 store a
0 free a
0! {
  alloc i 0 private nowait
  load i
  free i
}
1 alloc c 1 private nowait
1 load c
1 free c
1 alloc d 0 private nowait
1 load d
1 free d
`},
	{"switched", func(s *Source) bool { return !s.d.NoSleep }, `
0 alloc a 0 private nowait
0 load a
0 switch
0 load a
0 switch
0 free a
1 alloc c 1 private nowait
1 alloc d 0 private nowait
1 switch
1 load d
1 free d
1 free c
`},
}

// stack generates n operations of a CPU-private design, then frees all.
func (g *generator) stack(n int) {
	live := make([][]string, g.cpus)
	irqs := g.r.IntN(3) > 0
	for len(g.ops) < n {
		cpu := g.r.IntN(g.cpus)
		mine := &live[cpu]
		switch k := g.r.IntN(6); {
		case k < 2 && len(*mine) < g.most, len(*mine) == 0:
			*mine = append(*mine, g.map1(cpu, 0))
		case k < 4:
			op := ops.Op{CPU: cpu, Verb: ops.Load, Name: (*mine)[g.r.IntN(len(*mine))]}
			if k == 3 {
				op.Verb = ops.Store
			}
			g.add(op)
		default:
			g.pop(cpu, mine, 0)
		}
		if irqs && g.r.IntN(4) == 0 {
			g.handler(g.r.IntN(g.cpus))
		}
		if !g.s.d.NoSleep && g.r.IntN(6) == 0 {
			g.add(ops.Op{CPU: cpu, Verb: ops.Switch})
		}
	}
	for cpu := range live {
		for len(live[cpu]) > 0 {
			g.pop(cpu, &live[cpu], 0)
		}
	}
}

// map1 maps a page on the CPU, in a handler unless that is 0, and returns the name.
func (g *generator) map1(cpu, handler int) string {
	name := g.name()
	g.add(ops.Op{
		CPU: cpu, Verb: ops.Alloc, Name: name, Page: g.r.IntN(g.pages),
		Flags: allocators.NoWait | allocators.Private, Handler: handler,
	})
	return name
}

// pop frees the last mapping.
func (g *generator) pop(cpu int, live *[]string, handler int) {
	last := len(*live) - 1
	g.add(ops.Op{CPU: cpu, Verb: ops.Free, Name: (*live)[last], Handler: handler})
	*live = (*live)[:last]
}

// handler maps one or two pages in a handler of the CPU, uses them and unmaps them.
func (g *generator) handler(cpu int) {
	g.handlers++
	var live []string
	for range 1 + g.r.IntN(2) {
		live = append(live, g.map1(cpu, g.handlers))
		g.add(ops.Op{CPU: cpu, Verb: ops.Load, Name: live[len(live)-1], Handler: g.handlers})
	}
	for len(live) > 0 {
		g.pop(cpu, &live, g.handlers)
	}
}

// fitsPrivate reports an operation of a scenario that a CPU-private design forbids.
func (s *Source) fitsPrivate(t *ops.Trace) error {
	live := make([][]string, t.CPUs) // by CPU, in the order of the allocs
	home := map[string]int{}
	begun := 0 // live on the CPU when the current handler started
	for i := range t.Ops {
		op := &t.Ops[i]
		mine := &live[op.CPU]
		bad := func(what string) error {
			return fmt.Errorf("%s:%d: %v: mappings of %s are CPU-private: %s", t.File, op.Line, op, s.d.Name, what)
		}
		if op.Interrupt() && (i == 0 || t.Ops[i-1].Handler != op.Handler) {
			begun = len(*mine)
		}
		if !op.Verb.Named() {
			continue
		}
		switch op.Verb {
		case ops.Alloc:
			*mine = append(*mine, op.Name)
			home[op.Name] = op.CPU
		case ops.Free:
			last := len(*mine) - 1
			if last < 0 || (*mine)[last] != op.Name {
				return bad("expected the free of this CPU's last mapping")
			}
			*mine = (*mine)[:last]
		default:
			if home[op.Name] != op.CPU {
				return bad(fmt.Sprintf("expected cpu%d, which has mapped it", home[op.Name]))
			}
		}
		if op.Interrupt() && t.Unit(i) == i+1 && len(*mine) != begun {
			return bad("expected a handler that frees what it maps, and nothing else")
		}
	}
	return nil
}
