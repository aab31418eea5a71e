package smp

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"runtime"
	"testing"

	"lwbench/internal/testsize"
)

// program is a random use of every primitive; it keeps the rule that designs keep: what CPUs share is reached under a
// lock or after a message.
type program struct {
	n       int
	mp      SpinLock
	spin    SpinLock
	mutex   SpinLock
	lines   [3]Line
	q       WaitQueue
	casts   [2]*Broadcast
	ptes    *Lines
	settles bool        // touches of lines are settled when two wait
	units   int         // a resource under mp: taken and given back, with sleeps when it is used up
	log     [2][]uint64 // when the spinlock and the mutex were held, and by which CPU
}

// by is a way to send and to acknowledge.
func (p *program) by(r *rand.Rand) Method {
	return Method{Send: Sending(r.IntN(4)), Ack: Acking(r.IntN(2))}
}

func newProgram(s *System) *program {
	cpus := s.NCPU()
	return &program{
		ptes:  s.NewLines(6, s.costs.Line, 77),
		casts: [2]*Broadcast{s.NewBroadcast(call{inval: 300}), s.NewBroadcast(call{inval: 40})},
		n:     cpus, units: max(1, cpus/2), mp: SpinLock{Name: "mp", IPIs: true, Kind: LockKind((cpus + 1) % numLockKinds)}, spin: SpinLock{Name: "spin", Kind: LockKind(cpus % numLockKinds)},
		mutex: SpinLock{Name: "mutex", IPIs: true, Sleeps: true},
	}
}

func (p *program) body(seed uint64, steps int) func(*CPU) error {
	all := FirstCPUs(p.n)
	return func(c *CPU) error {
		r := rand.New(rand.NewPCG(seed, uint64(c.ID())))
		seen := uint64(0)
		for i := 0; i < steps; i++ {
			p.step(c, r, &all, &seen)
		}
		return nil
	}
}

func (p *program) step(c *CPU, r *rand.Rand, all *CPUSet, seen *uint64) {
	if r.IntN(3) == 0 {
		c.TouchLater(p.ptes, r.IntN(6), r.IntN(2) == 0, CostPTE)
		if p.settles {
			c.SettleTouches()
		}
	}
	switch r.IntN(15) {
	case 0, 1, 2:
		c.Charge(CostWork, Cycles(r.IntN(400)))
	case 3:
		c.Charge(CostWork, Cycles(r.IntN(6000)))
	case 4:
		c.Lock(&p.spin)
		c.Charge(CostWork, Cycles(r.IntN(200)))
		c.TouchLocked(&p.lines[0], true)
		p.log[0] = append(p.log[0], uint64(c.ID())<<40|uint64(c.Now()))
		c.Unlock(&p.spin)
	case 5:
		p.resource(c, r)
	case 6:
		c.Touch(&p.lines[1], r.IntN(2) == 0)
	case 7:
		c.Atomic(&p.lines[2])
	case 8:
		c.CritEnter()
		c.Charge(CostWork, Cycles(r.IntN(2500)))
		c.CritExit()
	case 9:
		switch r.IntN(4) {
		case 3:
			c.Interrupt(all, p.by(r), call{pte: 400, inval: 90})
		case 0:
			c.Rendezvous(all, CPUSync, call{pte: 10, inval: 120})
		case 1:
			var one CPUSet
			one.Add(r.IntN(p.n))
			c.Interrupt(&one, p.by(r), call{pte: 70, inval: 90})
		case 2:
			c.Broadcast(p.casts[r.IntN(2)])
		}
	case 12:
		c.Lock(&p.mutex)
		c.Charge(CostWork, Cycles(r.IntN(1500)))
		p.log[1] = append(p.log[1], uint64(c.ID())<<40|uint64(c.Now()))
		c.Unlock(&p.mutex)
	case 13:
		i := r.IntN(2)
		if l := []*SpinLock{&p.spin, &p.mutex}[i]; c.TryLock(l) {
			c.Charge(CostWork, Cycles(r.IntN(300)))
			p.log[i] = append(p.log[i], uint64(c.ID())<<40|uint64(c.ReadTSC()))
			c.Unlock(l)
		}
	case 10:
		c.Send(r.IntN(p.n), uint64(c.Now()))
	case 14: // more than an IPI queue holds
		to := r.IntN(p.n)
		for range 1 + r.IntN(20) {
			c.Send(to, uint64(c.Now()))
		}
	case 11:
		m, ok := c.RecvUntil(c.Now() + Cycles(r.IntN(3000)))
		if ok {
			*seen = *seen*31 + m.(uint64)
			c.Charge(CostWork, Cycles(*seen%50))
		}
	}
}

// resource takes a unit under the MP lock, sleeping while there is none, and gives it back after a shootdown.
func (p *program) resource(c *CPU, r *rand.Rand) {
	c.Lock(&p.mp)
	for p.units == 0 {
		_ = c.Sleep(&p.q, &p.mp, false)
	}
	p.units--
	if r.IntN(4) == 0 {
		all := FirstCPUs(p.n)
		c.Rendezvous(&all, CPUSync, call{pte: 5, inval: 100})
	}
	c.Unlock(&p.mp)
	c.Charge(CostUse, Cycles(r.IntN(900)))
	c.Lock(&p.mp)
	p.units++
	c.WakeupOne(&p.q)
	c.Unlock(&p.mp)
}

// drawnCosts are those of a machine that the seed chooses: some costs are 0, some are larger than the delivery of an IPI.
func drawnCosts(seed uint64) Costs {
	r := rand.New(rand.NewPCG(seed, 4711))
	k := testCosts()
	for _, p := range []*Cycles{
		&k.Line[Sibling], &k.Line[Socket], &k.Line[Remote], &k.Atomic, &k.Lock, &k.Unlock, &k.IPISend, &k.IPIQueue, &k.ICR,
		&k.Rearm, &k.Handler, &k.Ack, &k.Sleep, &k.Wakeup, &k.WakeUp, &k.Send, &k.Receive, &k.TSC,
	} {
		*p = []Cycles{0, Cycles(r.IntN(10)), *p, *p * Cycles(1+r.IntN(4)), Cycles(r.IntN(1500))}[r.IntN(5)]
	}
	for i := Sibling; i <= Remote; i++ {
		k.Deliver[i] = Cycles(100 + r.IntN(2000))
	}
	k.Cluster = r.IntN(5)
	return k
}

// digest runs the program and folds in every clock, every charge and the order in which the locks were taken.
func digest(t testing.TB, costs Costs, cpus int, seed uint64, ahead Cycles) uint64 {
	s, cs := newSystemOf(t, costs, cpus, &ahead)
	p := newProgram(s)
	p.settles = seed%4 == 1
	if err := s.Run(context.Background(), p.body(seed, 60)); err != nil {
		t.Fatalf("seed %d, %d CPUs, run-ahead %d: %v", seed, cpus, ahead, err)
	}
	h := fnv.New64a()
	for _, c := range cs {
		fmt.Fprintln(h, c.now, c.spent, c.Caused())
	}
	fmt.Fprintln(h, p.log)
	return h.Sum64()
}

// sameDigest fails unless the program's digest is the same for every run-ahead that the costs allow.
func sameDigest(t *testing.T, costs Costs, cpus int, seed uint64) {
	t.Helper()
	want, most := digest(t, costs, cpus, seed, 0), costs.RunAhead()
	for _, ahead := range []Cycles{1, 13, most / 4, most - 1, most} {
		if got := digest(t, costs, cpus, seed, ahead); got != want {
			t.Fatalf("seed %d, %d CPUs: digest %x at run-ahead %d, %x at 0", seed, cpus, got, ahead, want)
		}
	}
}

func TestDigestIsTheSameForEveryRunAhead(t *testing.T) {
	seeds := testsize.Choose[uint64](8, 40, 200)
	for seed := uint64(0); seed < seeds; seed++ {
		costs := testCosts()
		if seed%2 == 1 {
			costs = drawnCosts(seed)
		}
		for _, cpus := range []int{1, 2, 3, 8, 17, 24} {
			sameDigest(t, costs, cpus, seed)
		}
	}
}

// TestDigestsThatDiffered: a broadcast that was held merged with what was not known yet at a long run-ahead; a lock went to a
// waiter before others of the same cycle had acted; equal arrivals lay in an inbox in the order in which it took them.
func TestDigestsThatDiffered(t *testing.T) {
	sameDigest(t, testCosts(), 24, 8)
	sameDigest(t, testCosts(), 17, 162)
	for _, k := range []struct {
		seed uint64
		cpus int
	}{{10, 17}, {182, 12}, {328, 24}} {
		sameDigest(t, drawnCosts(k.seed), k.cpus, k.seed)
	}
}

func TestDigestDiffersAboveTheLatency(t *testing.T) {
	differ := 0
	for seed := uint64(0); seed < 20; seed++ {
		if digest(t, testCosts(), 8, seed, 8000) != digest(t, testCosts(), 8, seed, 0) {
			differ++
		}
	}
	if differ < 15 {
		t.Fatalf("only %d of 20 runs differ when local work runs 8 latencies ahead: the digest sees too little", differ)
	}
}

func TestDigestDoesNotDependOnTheHost(t *testing.T) {
	want := digest(t, testCosts(), 8, 1, 1000)
	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	if got := digest(t, testCosts(), 8, 1, 1000); got != want {
		t.Fatalf("digest %x with GOMAXPROCS 1, %x with %d", got, want, old)
	}
}
