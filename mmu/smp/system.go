package smp

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"lwbench/internal/reuse"
	"lwbench/mmu/smp/host"
)

// Config says how the CPUs of a System run. The zero value is the virtual clock without a profiler.
type Config struct {
	// RunAhead, if not nil, replaces the lead in cycles that local work may have over the slowest other CPU. Any value up
	// to Costs.RunAhead gives the same run; a larger one is wrong and exists for the test that shows it.
	RunAhead *Cycles
	// Live, if not nil, runs the CPUs on real threads in place of the virtual clock.
	Live *Live
	// Profiler, if not nil, receives every charge. It needs the virtual clock.
	Profiler Profiler
	// Scheduler, if not nil, replaces the clock's choice of the CPU that acts next.
	Scheduler Scheduler
	// Parked, if not nil, receives the call stack, innermost first, of each CPU that reaches a choice point of the
	// Scheduler. It must not keep pcs.
	Parked func(cpu int, pcs []uintptr)
	// Granularity says between which steps the Scheduler is called.
	Granularity Granularity
	// Tracer, if not nil, hears what the steps of a Scheduler's run touch. There are 8 CPUs at most.
	Tracer Tracer
	// Coroutines, if not nil, run the CPUs; they can be used again when the run is over.
	Coroutines *Coroutines
	// Races looks for data races in a Scheduler's run of at most 8 CPUs; see System.Race. The design must be instrumented.
	Races bool
}

// System is a machine's CPUs and their time. One goroutine at a time may use it.
type System struct {
	cpus       []*CPU
	tree       tree
	topo       Topology
	place      []place
	byBits     [33]Distance // by the length in bits of the difference of two codes; so are the next two
	lineBy     [33]Cycles
	deliverBy  [33]Cycles
	writes     []int64  // ICR writes of each CPU
	caused     []Cycles // cycles that each CPU's IPIs have stolen from others; one array, for a broadcast touches few of it
	all        CPUSet
	broadcasts []*Broadcast // by number
	letters    letters
	log        []sent
	logBase    int    // how many entries of the log have been dropped
	poster     int32  // who posted last
	posted     Cycles // when that had reached everybody
	wipes      []wipe // effects of instructions that reach all CPUs, for the CPUs to take
	wipeBase   int    // how many entries of it have been dropped
	carried    Cycles // until then the interconnect carries such instructions

	costs  Costs
	ahead  Cycles
	cur    *CPU  // whose code runs now
	next   *CPU  // who is resumed next
	host   *slot // where the goroutine of Run waits
	ended  *CPU  // whose code has returned
	bulk   bool  // leaves are being changed without mending the tree
	left   int   // CPUs that have not finished
	cancel atomic.Bool
	err    error

	ran, unwinding bool
	serial         bool         // one CPU acts at a time
	decisions      int64        // on who runs next
	choices        int64        // calls of choose
	progress       atomic.Int64 // choices, published now and then

	mark    Cycles // the moment of the next look, or Forever; see At
	marked  Cycles // the moment of the look under way
	look    func()
	stopped bool // by Stop

	coroutines *Coroutines
	own        bool // they are used for this run alone

	live     *liveSystem  // nil under the virtual clock
	explored *exploration // nil unless a Scheduler chooses
}

// Panic is the error of a run in which the code on a CPU (Body) panicked. It has the panic's value and the call stack of
// that code.
type Panic = host.Panic

// unwind is what a parked CPU's stack is unwound with when the run ends without it.
type unwind struct{}

// New makes a System of the given CPUs, which the caller has allocated (mmu embeds them). The error says what is wrong with
// their number or with cfg.
func New(topo Topology, costs Costs, cfg Config, cpus []*CPU) (*System, error) {
	s := new(System)
	return s, s.Renew(topo, costs, cfg, cpus)
}

// Renew makes s and its CPUs what New makes, in the memory of the old System, whose run is over. Nothing of that may be in
// use.
func (s *System) Renew(topo Topology, costs Costs, cfg Config, cpus []*CPU) error {
	n := len(cpus)
	if n < 1 || n > MaxCPUs {
		return fmt.Errorf("%d CPUs: choose 1 to %d", n, MaxCPUs)
	}
	old := s.spare()
	*s = System{
		cpus: cpus, tree: old.tree.renew(n), topo: topo, costs: costs, ahead: costs.RunAhead(), mark: Forever,
		place: reuse.Zeros(old.place, n), all: FirstCPUs(n), caused: reuse.Zeros(old.caused, n), writes: reuse.Zeros(old.writes, n),
		broadcasts: old.broadcasts[:0], log: empty(old.log), letters: letters{empty(old.letters.list), old.letters.free[:0]},
	}
	if s.coroutines = cfg.Coroutines; s.coroutines == nil {
		s.coroutines, s.own = new(Coroutines), true
	}
	if cfg.RunAhead != nil {
		s.ahead = *cfg.RunAhead
	}
	if s.byBits = old.byBits; topo != old.topo {
		s.byBits = placeBits(topo)
	}
	for i, far := range s.byBits {
		s.lineBy[i], s.deliverBy[i] = costs.Line[far], costs.Deliver[far]
	}
	for i, c := range cpus {
		c.renew()
		c.id, c.sys = int32(i), s
		if cfg.Profiler != nil {
			c.always, c.hook = 0, &hook{to: cfg.Profiler}
		}
		s.place[i].code = codeOf(topo, i)
	}
	for i := range s.place { // the first and the last CPU are the farthest from any
		s.place[i].far = max(s.distance(int32(i), 0), s.distance(int32(i), int32(n-1)))
	}
	if cfg.Scheduler != nil {
		for _, c := range cpus {
			c.points = cfg.Granularity != OrderedPoints
			if c.charges = cfg.Granularity == MachineCalls; c.charges {
				c.always = 0
			}
		}
		s.explored = old.explored.renew(&cfg, n)
	}
	if cfg.Live != nil {
		if cfg.Profiler != nil {
			return errors.New("a profiler needs the virtual clock: real threads have Go's own profiles")
		}
		return s.makeLive(*cfg.Live)
	}
	return nil
}

// NCPU returns the number of CPUs.
func (s *System) NCPU() int { return len(s.cpus) }

// Topology returns the layout, with the sockets that were added for CPUs beyond the machine's own.
func (s *System) Topology() Topology { return s.topo }

// Run calls body once on every CPU, under the virtual clock, and returns when all have ended. It returns the first
// error of a body, a *DeadlockError when no CPU can run any more, a *Panic for a body that panicked, with the stack of
// that body, or the context's error. A System runs once.
func (s *System) Run(ctx context.Context, body func(*CPU) error) error {
	if s.ran {
		return errors.New("smp: a system runs only once")
	}
	s.ran, s.left = true, len(s.cpus)
	if s.live != nil {
		return s.runLive(ctx, body)
	}
	for _, c := range s.cpus {
		s.launch(c, body)
	}
	defer s.cleanup()
	if ctx.Done() != nil {
		defer context.AfterFunc(ctx, func() { s.cancel.Store(true) })()
	}
	s.tree.rebuild()
	s.choose()
	for s.next != nil {
		if s.cancel.Load() {
			return context.Cause(ctx)
		}
		s.runNext()
	}
	return s.err
}

// runNext runs the code of the next CPU, and of those to which that switches, until one has ended or none can run.
func (s *System) runNext() {
	s.switchTo(s.next.co)
	if c := s.ended; c != nil {
		s.ended = nil
		s.finish(c)
	}
}

// switchTo runs co until a coroutine switches back.
func (s *System) switchTo(co *coroutine) {
	s.host = co.at
	s.host.swap()
}

// launch gives c a coroutine; it starts at clock 0 when first resumed.
func (s *System) launch(c *CPU, body func(*CPU) error) {
	c.co = s.coroutines.take(c, body)
	s.tree.leaf(c.id, keyOf(0, c.id))
}

// finish takes a CPU whose body has returned out of the race. Like an idle CPU it still serves IPIs.
func (s *System) finish(c *CPU) {
	c.state, c.busy = finished, c.now
	s.cur, s.next = nil, nil
	s.left--
	s.tree.set(c.id, never)
	if c.co.exited {
		return
	}
	if c.err != nil && s.err == nil {
		s.err = c.err
		if _, named := c.err.(*Panic); !named {
			s.err = fmt.Errorf("cpu%d: %w", c.id, c.err)
		}
		return
	}
	s.choose()
}

// cleanup unwinds the code that has not ended, so that no goroutine stays behind, and gives the coroutines back.
func (s *System) cleanup() {
	if s.explored != nil {
		s.tick()
	}
	s.cur, s.unwinding = nil, true
	for _, c := range s.cpus {
		if !c.co.ended {
			s.switchTo(c.co)
		}
		c.co.leaves = c.co.at != &c.co.own
	}
	for _, c := range s.cpus {
		if c.co.leaves { // with it go all that wait in each other's slots, the last one to where this goroutine waits
			s.switchTo(c.co)
		}
	}
	for _, c := range s.cpus {
		if co := c.co; co.exited {
			defer co.own.stop() // which exits this goroutine too
		} else {
			s.coroutines.give(co)
		}
		c.co = nil
	}
	if s.own {
		s.coroutines.Close()
	}
}
