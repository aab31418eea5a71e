package sfbuf2009

import (
	"fmt"

	"lwbench/allocators"
)

// Audit implements allocators.Auditor. Where the design is idle each sf_buf in the hash is one object out of the cache, with
// one lwbuf, and their references add up to the mappings that are live.
func (a *allocator) Audit(idle bool, live int) error {
	n, refs := 0, 0
	if idle {
		for i := range a.hash {
			for sf := a.hash[i].first; sf != nil; sf = sf.hashNext {
				n++
				refs += sf.refcnt
			}
		}
		if refs != live {
			return fmt.Errorf("sf_bufs in the hash have %d references, %d mappings are live", refs, live)
		}
	}
	if err := a.cache.Audit(idle, n); err != nil {
		return err
	}
	return a.lwbuf.(allocators.Auditor).Audit(idle, n)
}
