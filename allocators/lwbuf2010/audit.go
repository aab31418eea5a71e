package lwbuf2010

// Audit implements allocators.Auditor: every live lwbuf is one object out of the cache.
func (a *perCPU) Audit(idle bool, live int) error { return a.cache.Audit(idle, live) }
