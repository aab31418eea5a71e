package interleave

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/allocators/handle"
	"lwbench/check/schedule"
	"lwbench/mmu"
)

// fewBuffers is a design's capacity up to which the drain that ends a run is cheap enough for every run.
const fewBuffers = 4

// endOfOthers describes the wait of a CPU that has finished.
const endOfOthers = "the end of the others"

// drains reports whether the run ends with a drain.
func (s *Config) drains() bool {
	return !s.Design.CannotRunOut && s.Capacity > 0 && (s.Thorough || s.Capacity <= fewBuffers)
}

// Measure sets Capacity and Unused: the number of buffers, of different pages, that p's CPUs together get from a
// fresh design, and the number of KVA pages left then. An error is bad input: the machine or the design cannot be
// built with it.
func (s *Config) Measure(p *Plan) error {
	fresh := *s
	fresh.Capacity, fresh.Thorough = 1, true
	var r Runner
	defer r.Close()
	o, err := r.newExecution(p.empty(), &fresh, schedule.NewReplay(nil), nil)
	if err != nil {
		return err
	}
	s.Capacity, s.Unused = 0, 0
	if err := o.m.Run(o.body); err == nil || o.failure != nil && o.failure.Kind == mmu.Leaked.String() {
		s.Capacity, s.Unused = o.drained, o.unused()
	}
	return nil
}

// empty returns the plan without its operations.
func (p *Plan) empty() *Plan {
	t := *p.Trace
	t.Ops = nil
	return NewPlan(&t)
}

// quiet makes one CPU after another, when all are done and no buffer is held, allocate all the buffers that it can: together
// they must get as many as from a fresh machine, and no address twice.
func (o *execution) quiet(c *mmu.CPU) error {
	o.left--
	c.News()
	o.quieted[c.ID()] = c.Publish()
	if o.left == 0 {
		o.books = o.audit(true)
	}
	if !o.set.drains() {
		return o.badBooks(c)
	}
	c.Await(endOfOthers, func() bool { return o.left == 0 && o.drainer == c.ID() })
	for _, e := range o.quieted {
		c.Follow(e)
	}
	defer c.News()
	if o.NumLive() > 0 {
		o.drainer++
		return o.badBooks(c)
	}
	if o.set.Design.LazyReclaim && o.drainer == 0 {
		o.reclaim(c)
	}
	o.take(c)
	if o.drainer++; o.drainer == o.plan.CPUs && o.drained != o.set.Capacity && o.drained+o.unused() != o.set.Capacity+o.set.Unused {
		o.fail(&Failure{
			Kind: mmu.Leaked.String(), CPU: c.ID(),
			Text: fmt.Sprintf("no buffer is held, and %d can be allocated; at the start it was %d", o.drained+o.unused(), o.set.Capacity+o.set.Unused),
		})
	}
	if o.check(); o.failure != nil {
		return errFailed
	}
	if o.drainer < o.plan.CPUs {
		return nil
	}
	return o.badBooks(c)
}

// badBooks returns a failure for the finding of the audit at the end, unless there is a more direct failure.
func (o *execution) badBooks(c *mmu.CPU) error {
	if o.books == nil || o.left > 0 {
		return nil
	}
	o.fail(&Failure{Kind: BadBooks, CPU: c.ID(), Text: o.books.Error()})
	return errFailed
}

// unused returns how many pages of KVA the kernel map holds. Nothing has leaked where as many buffers were obtained as from a
// fresh machine, or as many buffers and unused pages together: a design that allocates KVA in blocks cannot use the last pages of
// the window, and how many depends on the blocks that it has returned before; one with a limit of its own keeps pages in its lists.
func (o *execution) unused() int { return o.m.KVAWindow() - o.m.KVAInUse() }

// reclaim gives a LazyReclaim design the occasions to reclaim what was freed: a second passes, so that every tick has been,
// and every available buffer is allocated once and freed, so that partly free blocks become free.
func (o *execution) reclaim(c *mmu.CPU) {
	c.Idle(mmu.Cycles(o.m.Spec().ClockHz))
	for _, h := range o.take(c) {
		h.Release(c)
		o.a.Free(c, h.Buf)
	}
	o.drained = 0
}

// take allocates buffers for pages without a name until there is none left.
func (o *execution) take(c *mmu.CPU) (taken []handle.Handle) {
	for most := o.m.KVAWindow() + 1; o.drained < most; o.drained++ {
		o.progress(c)
		pg := o.m.Page(o.plan.Pages + o.drained)
		h, _, err := handle.Alloc(c, o.a, pg, allocators.NoWait)
		if err != nil {
			break
		}
		h.Ask(c)
		taken = append(taken, h)
	}
	return taken
}

// progress keeps the drain from counting as a livelock: each buffer may need many points, and there may be many buffers.
func (o *execution) progress(c *mmu.CPU) {
	c.Progress()
	if s, ok := o.by.(schedule.Search); ok {
		s.Progress()
	}
}

// poolInUse reports whether the names that are live may hold all buffers of a pool.
func (o *execution) poolInUse() bool {
	k, ok := o.set.Design.Pool()
	return ok && o.NumLive() >= int(o.set.Tune.Get(k))
}
