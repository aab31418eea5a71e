package alloctest

import (
	"errors"
	"math/rand/v2"
	"testing"

	"lwbench/allocators"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// schedules returns the number of random programs that a design must pass.
func schedules() uint64 { return testsize.Choose[uint64](40, 200, 200) }

// random runs random programs with both oracles on. They must find nothing, unless the design declares a fault; then at
// least one program must find it.
func random(t *testing.T, d *allocators.Design) {
	found := 0
	for seed := range schedules() {
		m := runProgram(t, d, seed)
		n := m.Counters()
		switch bad := n.Stale + n.StaleRisk + n.Faults; {
		case bad > 0 && d.KnownFault == "":
			t.Errorf("random program, seed %d, %d CPUs: the oracles must find nothing (lwbench check --alloc %s finds a short trace):", seed, m.NCPU(), d.Name)
			clean(t, m)
			return
		case n.Stale > 0:
			found++
		}
	}
	if d.KnownFault != "" && found == 0 {
		t.Errorf("the design declares KnownFault, and %d random programs did not show it", schedules())
	}
}

// twice runs the same program two times: digests must be equal.
func twice(t *testing.T, d *allocators.Design) {
	for seed := range testsize.Choose[uint64](5, 20, 20) {
		if a, b := runProgram(t, d, seed).Digest(), runProgram(t, d, seed).Digest(); a != b {
			t.Fatalf("seed %d: two runs differ (digest %x, then %x): the design ranges over a map, or reads time or randomness", seed, a, b)
		}
	}
}

// program is a random use of a design (swarm testing): each seed has its own weights and leaves out some kinds of step.
type program struct {
	m *mmu.Machine
	a allocators.Allocator
	// private: handles stay on their CPU and are freed in reverse order.
	private bool
	weight  [4]int   // private use, global use, stray, address-space switch
	left    int      // CPUs that still make handles
	gate    smp.Gate // guards left
	// between, if set, is called before each step.
	between func(c *mmu.CPU, r *rand.Rand)
}

// token is a handle that travels between CPUs.
type token struct {
	b    allocators.Buf
	hops int
}

// runProgram runs the program of one seed and returns the machine.
func runProgram(t testing.TB, d *allocators.Design, seed uint64) *mmu.Machine {
	t.Helper()
	return runWith(t, d, seed, mmu.Options{})
}

// runAhead is runProgram with a run-ahead of the engine's local work.
func runAhead(t testing.TB, d *allocators.Design, seed uint64, ahead *smp.Cycles) *mmu.Machine {
	t.Helper()
	return runWith(t, d, seed, mmu.Options{Config: smp.Config{RunAhead: ahead}})
}

// runWith is runProgram on a machine of the given kind.
func runWith(t testing.TB, d *allocators.Design, seed uint64, opt mmu.Options) *mmu.Machine {
	t.Helper()
	m, p := programOf(t, d, seed, opt)
	if err := p.run(seed); err != nil {
		t.Fatalf("%s, seed %d, %d CPUs: %v", d.Name, seed, m.NCPU(), err)
	}
	return m
}

// programOf returns the program of one seed and a machine of the given kind for it.
func programOf(t testing.TB, d *allocators.Design, seed uint64, opt mmu.Options) (*mmu.Machine, *program) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 99))
	cpus := 2 + r.IntN(7)
	tune := allocators.Tuning{}
	for _, k := range d.Tunables {
		if r.IntN(2) == 0 {
			tune[k.Name] = k.Min
		}
	}
	if pool, ok := poolOf(d); ok {
		tune[pool] = int64(1 + r.IntN(24))
	}
	opt.CPUs, opt.Pages = cpus, 1+r.IntN(40)
	m, a := buildOn(t, variant(int(seed)), d, opt, tune)
	return m, &program{
		m: m, a: a, private: d.CPUPrivate, left: cpus, weight: [4]int{r.IntN(3), r.IntN(3), 1 + r.IntN(4), r.IntN(2)},
	}
}

func (p *program) run(seed uint64) error {
	return p.m.Run(func(c *mmu.CPU) error { return p.body(c, rand.New(rand.NewPCG(seed, uint64(c.ID())))) })
}

func (p *program) body(c *mmu.CPU, r *rand.Rand) error {
	for range 40 {
		c.Charge(smp.CostWork, mmu.Cycles(r.IntN(3000)))
		if p.between != nil {
			p.between(c, r)
		}
		if err := p.step(c, r); err != nil {
			return err
		}
		for {
			msg, ok := c.Recv()
			if !ok {
				break
			}
			p.take(c, r, msg)
		}
	}
	c.Enter(&p.gate)
	p.left--
	last := p.left == 0
	c.Leave(&p.gate)
	if last {
		for id := range p.m.NCPU() {
			c.Send(id, nil)
		}
	}
	for {
		msg, ok := c.RecvUntil(c.Now() + 200000)
		switch {
		case ok && msg != nil:
			p.take(c, r, msg)
		case p.over(c):
			return nil
		}
	}
}

// over reports whether no token can still be in flight. It is called long after the last CPU stopped allocating.
func (p *program) over(c *mmu.CPU) bool {
	c.Enter(&p.gate)
	defer c.Leave(&p.gate)
	return p.left == 0
}

func (p *program) step(c *mmu.CPU, r *rand.Rand) error {
	n := r.IntN(p.weight[0] + p.weight[1] + p.weight[2] + p.weight[3])
	pg := p.m.Page(r.IntN(p.m.NumPages()))
	switch {
	case n < p.weight[0]:
		return ignoreEmpty(use(c, p.a, pg, allocators.Private|allocators.NoWait))
	case n < p.weight[0]+p.weight[1]:
		return ignoreEmpty(use(c, p.a, pg, allocators.NoWait))
	case n < p.weight[0]+p.weight[1]+p.weight[2] && p.private:
		return p.nest(c, r, 1+r.IntN(6))
	case n < p.weight[0]+p.weight[1]+p.weight[2]:
		b, err := p.a.Alloc(c, pg, allocators.NoWait)
		if err != nil {
			return ignoreEmpty(err)
		}
		p.m.Promise(c, b.KVA(c), pg)
		c.Store(b.KVA(c), pg)
		p.take(c, r, &token{b, r.IntN(4)})
	default:
		c.SwitchAddressSpace()
	}
	return nil
}

// take accesses a handle and passes it on, or frees it.
func (p *program) take(c *mmu.CPU, r *rand.Rand, msg any) {
	k, ok := msg.(*token)
	if !ok {
		return
	}
	kva := k.b.KVA(c)
	c.Load(kva, k.b.Page())
	if k.hops == 0 {
		p.m.Release(c, kva)
		p.a.Free(c, k.b)
		return
	}
	k.hops--
	c.Send(r.IntN(p.m.NCPU()), k)
}

// ignoreEmpty drops ErrNoBuf.
func ignoreEmpty(err error) error {
	if errors.Is(err, allocators.ErrNoBuf) {
		return nil
	}
	return err
}
