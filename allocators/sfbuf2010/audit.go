package sfbuf2010

import "lwbench/allocators"

// Audit implements allocators.Auditor: every live sf_buf is one object out of the cache, with one lwbuf.
func (a *allocator) Audit(idle bool, live int) error {
	if err := a.cache.Audit(idle, live); err != nil {
		return err
	}
	return a.lwbuf.(allocators.Auditor).Audit(idle, live)
}
