package interleave

import (
	"fmt"
	"strings"

	"lwbench/allocators"
	"lwbench/mmu"
)

// spare is how many pages a run has beside its trace's: quiet maps them.
const spare = 4

// quiet looks, when all CPUs are done, whether everything has come back. Nothing is said where buffers are still held.
func (o *outing) quiet(c *mmu.CPU) error {
	if o.Live() > 0 {
		return nil
	}
	o.pool(c)
	if o.set.Thorough && o.failure == nil {
		o.growth(c)
	}
	if o.check(); o.failure != nil {
		return errFailed
	}
	return nil
}

// pool takes as many buffers as a small pool has, which must all be there.
func (o *outing) pool(c *mmu.CPU) {
	n := o.poolSize()
	if n > spare {
		return
	}
	var held []allocators.Buf
	for i := range n {
		b, err := o.a.Alloc(c, o.m.Page(o.plan.Pages+i), allocators.NoWait)
		if err != nil {
			o.fail(&Failure{
				Kind: mmu.Leaked.String(), CPU: c.ID(),
				Text: fmt.Sprintf("nobody holds a buffer any more, and of %d only %d can be had: %v", n, i, err),
			})
			return
		}
		held = append(held, b)
	}
	for _, b := range held {
		o.a.Free(c, b)
	}
}

// poolSize is how many buffers there are, 0 where a design makes them as they are asked for.
func (o *outing) poolSize() int {
	for _, k := range o.set.Design.Tunables {
		if strings.HasSuffix(k.Name, ".nsfbufs") {
			return int(o.set.Tune.Get(k))
		}
	}
	return 0
}

// poolInUse reports whether the names that are live may hold all buffers of a pool.
func (o *outing) poolInUse() bool {
	n := o.poolSize()
	return n > 0 && o.Live() >= n
}

// growth uses one page again and again, for which a design needs no more KVA than at first.
func (o *outing) growth(c *mmu.CPU) {
	const warm, rounds = 4, 40
	first := 0
	for i := range warm + rounds {
		b, err := o.a.Alloc(c, o.m.Page(o.plan.Pages), allocators.NoWait)
		if err == nil {
			o.a.Free(c, b)
		}
		if i == warm {
			first = o.m.KVAInUse()
		}
	}
	if now := o.m.KVAInUse(); now > first {
		o.fail(&Failure{
			Kind: mmu.Leaked.String(), CPU: c.ID(),
			Text: fmt.Sprintf("one page mapped and unmapped %d times on cpu%d took %d pages more of KVA for good", rounds, c.ID(), now-first),
		})
	}
}
