package scenario

import (
	"fmt"
	"math/rand/v2"

	"lwbench/allocators"
	"lwbench/allocators/ops"
)

// kvaPages is the window of most scenarios, unless the design reserves more.
const kvaPages = 48

// Random draws scenario number i. The first ones have few operations; they grow with i.
func (s *Source) Random(i int) *ops.Trace {
	d, opt := s.d, &s.opt
	r := rand.New(rand.NewPCG(opt.Seed, uint64(i)+1))
	g := &generator{r: r, s: s, cpus: opt.CPUs, pages: 1 + r.IntN(3), most: 1 + r.IntN(3)}
	if g.cpus == 0 {
		g.cpus = 2
		if i >= 40 {
			g.cpus += max(0, r.IntN(5)-2)
		}
	}
	_, pool := d.Pool()
	kva := s.kva
	if deep := i%deepEach == deepEach-1; deep {
		return s.deep(i, g)
	}
	tune := tuning(d, opt.Set, r)
	if d.CPUPrivate {
		g.stack(min(4+i/12, 12*g.cpus))
		return g.trace(fmt.Sprintf("random%d.ops", i), s.header(r, tune, kva))
	}
	if pool && r.IntN(3) == 0 {
		if opt.CPUs == 0 {
			g.cpus = 2 + r.IntN(2)
		}
		g.waits(min(2+i/40, 5))
	} else {
		g.mixed(min(4+i/12, 12*g.cpus))
	}
	if !pool && r.IntN(3) == 0 {
		kva = 1 + r.IntN(4)
	}
	return g.trace(fmt.Sprintf("random%d.ops", i), s.header(r, tune, kva))
}

// header draws the rest of the header.
func (s *Source) header(r *rand.Rand, tune allocators.Tuning, kva int) []ops.HeaderLine {
	more := []ops.HeaderLine{{Key: "tlb", Text: roomy}}
	if r.IntN(5) == 0 {
		more[0].Text = tiny
	}
	if r.IntN(4) == 0 {
		more = append(more, ops.HeaderLine{Key: "kernel_global", Text: "no"})
	}
	return headerLines(s.d, tune, kva, append(more, s.speculate()...)...)
}

// generator generates one scenario.
type generator struct {
	r     *rand.Rand
	s     *Source
	cpus  int
	pages int
	most  int // limit of live buffers
	// oneWay makes CPU 0 allocate and the last CPU free.
	oneWay bool
	ops    []ops.Op
	live   []buffer
	named  int

	handlers int
}

// buffer is a buffer that is live in file order.
type buffer struct {
	name string
	page int
	home int // the only CPU that may touch it, or -1
	refs int
}

// mixed generates n operations, drawn with the scenario's own weights, some kinds excluded; then all buffers are
// freed.
func (g *generator) mixed(n int) {
	weight := [...]int{
		3 + g.r.IntN(3),                // alloc
		2 + g.r.IntN(6),                // load, store
		1 + g.r.IntN(3),                // free
		g.r.IntN(2),                    // kva
		g.r.IntN(2) * g.s.refs,         // ref
		g.r.IntN(2) * g.s.global,       // global
		max(0, g.r.IntN(4)-2),          // switch
		g.r.IntN(2) * len(g.s.sysctls), // sysctl
		0,                              // unalias
	}
	if g.s.unalias > 0 {
		weight[8] = g.r.IntN(3)
	}
	if g.most > 3 { // otherwise they are freed before there are many
		weight[0] *= 3
	}
	private, irqs := g.r.IntN(4), g.r.IntN(4)
	total := 0
	for _, w := range weight {
		total += w
	}
	for len(g.ops) < n {
		cpu, k, at := g.r.IntN(g.cpus), 0, g.r.IntN(total)
		for at >= weight[k] {
			at -= weight[k]
			k++
		}
		switch {
		case k == 6:
			g.add(ops.Op{CPU: cpu, Verb: ops.Switch})
		case k == 7:
			g.sysctl(cpu)
		case k == 8:
			g.add(ops.Op{CPU: cpu, Verb: ops.Unalias})
		case len(g.live) == 0 || k == 0 && len(g.live) < g.most:
			if g.oneWay {
				cpu = 0
			}
			g.alloc(cpu, g.r.IntN(4) < private)
		case k == 0:
		default:
			g.use(cpu, k)
		}
		if irqs == 0 && g.r.IntN(3) == 0 {
			g.interrupt(cpu)
		}
	}
	for len(g.live) > 0 {
		cpu := g.r.IntN(g.cpus)
		if g.oneWay {
			cpu = g.cpus - 1
		}
		g.free(cpu, g.r.IntN(len(g.live)))
	}
}

// sysctl sets a tunable that may be changed to a small value.
func (g *generator) sysctl(cpu int) {
	k := g.s.sysctls[g.r.IntN(len(g.s.sysctls))]
	g.add(ops.Op{CPU: cpu, Verb: ops.Sysctl, Name: k.Name, Text: k.Format(min(k.Min+g.r.Int64N(int64(max(4, g.most))), k.Max))})
}

func (g *generator) add(op ops.Op) {
	op.Line = len(g.ops) + 1
	g.ops = append(g.ops, op)
}

func (g *generator) alloc(cpu int, private bool) {
	op := ops.Op{CPU: cpu, Verb: ops.Alloc, Name: g.name(), Page: g.r.IntN(g.pages), Flags: allocators.NoWait}
	home := -1
	if private {
		op.Flags |= allocators.Private
		home = cpu
	}
	g.add(op)
	g.live = append(g.live, buffer{name: op.Name, page: op.Page, home: home})
}

// name returns a new name: a to z, then a1 and so on.
func (g *generator) name() string {
	s := string(rune('a' + g.named%26))
	if g.named >= 26 {
		s += fmt.Sprint(g.named / 26)
	}
	g.named++
	return s
}

func (g *generator) use(cpu, kind int) {
	at := g.r.IntN(len(g.live))
	b := &g.live[at]
	if b.home >= 0 && kind != 2 {
		cpu = b.home
	}
	op := ops.Op{CPU: cpu, Name: b.name}
	switch kind {
	case 1:
		op.Verb = [...]ops.Verb{ops.Load, ops.Store}[g.r.IntN(2)]
	case 2:
		if g.oneWay {
			cpu = g.cpus - 1
		}
		g.free(cpu, at)
		return
	case 3:
		op.Verb = ops.KVA
	case 4:
		op.Verb = ops.Ref
		b.refs++
	case 5:
		op.Verb = ops.Global
	}
	g.add(op)
}

// free drops one reference; the last one frees the buffer.
func (g *generator) free(cpu, at int) {
	b := &g.live[at]
	g.add(ops.Op{CPU: cpu, Verb: ops.Free, Name: b.name})
	if b.refs--; b.refs < 0 {
		g.live = append(g.live[:at], g.live[at+1:]...)
	}
}

// interrupt makes a handler of the CPU free a buffer, read one, allocate one that a thread frees, or do all of it:
// usually in one handler, sometimes in several.
func (g *generator) interrupt(cpu int) {
	g.handlers++
	if at := len(g.live) - 1; at >= 0 && g.r.IntN(2) == 0 {
		g.free(cpu, at)
		g.ops[len(g.ops)-1].Handler = g.handlers
		return
	}
	if at := len(g.live) - 1; at >= 0 && g.r.IntN(4) == 0 && (g.live[at].home < 0 || g.live[at].home == cpu) {
		g.add(ops.Op{CPU: cpu, Verb: ops.Load, Name: g.live[at].name, Handler: g.handlers})
		return
	}
	if g.r.IntN(3) == 0 { // one that a thread frees
		g.alloc(cpu, false)
		g.ops[len(g.ops)-1].Handler = g.handlers
		return
	}
	name, page, parts := g.name(), g.r.IntN(g.pages), g.r.IntN(4) == 0
	for _, op := range []ops.Op{{Verb: ops.Alloc, Page: page, Flags: allocators.NoWait}, {Verb: ops.Load}, {Verb: ops.Free}} {
		op.CPU, op.Name, op.Handler = cpu, name, g.handlers
		g.add(op)
		if parts {
			g.handlers++
		}
	}
}

func (g *generator) trace(file string, header []ops.HeaderLine) *ops.Trace {
	numberHandlers(g.ops)
	return &ops.Trace{File: file, CPUs: g.cpus, Pages: g.pages, Ops: g.ops, Header: header}
}
