package scenario

import (
	"errors"
	"fmt"

	"lwbench/allocators/ops"
	"lwbench/check/interleave"
	"lwbench/mmu"
)

// leastKVA is the smallest window of a scenario whose header does not give one.
const leastKVA = 32

// Small gives a scenario a small machine if its header does not set one: a TLB that holds all of a scenario's pages,
// and a window of kernel addresses that is large enough for its allocs and for the design's reservations. A search
// prepares a machine for every schedule, and a full window and TLB take most of its time. The error is a design for
// which no window is large enough, in one line.
func Small(c *interleave.Config, t *ops.Trace) error {
	if _, ok := t.HeaderValue("tlb"); !ok {
		if err := tlb(c.Spec, roomy); err != nil {
			return err
		}
	}
	allocs := 0
	for _, op := range t.Ops {
		if op.Verb == ops.Alloc {
			allocs++
		}
	}
	if c.KVAPages > 0 {
		return fits(c, t)
	}
	for c.KVAPages = leastKVA; c.KVAPages < 2*allocs; c.KVAPages *= 2 {
	}
	for {
		err := fits(c, t)
		if err == nil || !errors.Is(err, mmu.ErrNoKVA) || c.KVAPages >= mmu.DefaultKVAPages {
			return err
		}
		c.KVAPages = min(2*c.KVAPages, mmu.DefaultKVAPages)
	}
}

// fits builds the machine and the design once.
func fits(c *interleave.Config, t *ops.Trace) error {
	m, err := mmu.New(c.Spec, mmu.Options{CPUs: t.CPUs, Pages: t.Pages, KVAPages: c.KVAPages})
	if err == nil {
		_, err = c.Design.New(m, c.Tune)
	}
	if err != nil {
		return fmt.Errorf("%s: %s: %w", t.File, c.Design.Name, err)
	}
	return nil
}
