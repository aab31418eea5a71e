package sfbuf

import "fmt"

// Audit implements allocators.Auditor: nsffree counts the freelist.
func (a *allocator) Audit(idle bool, _ int) error {
	if !idle {
		return nil
	}
	n := 0
	for sf := a.freelist.first; sf != nil; sf = sf.freeNext {
		n++
	}
	if n != a.nsffree {
		return fmt.Errorf("nsffree is %d, the freelist has %d sf_bufs", a.nsffree, n)
	}
	if a.allocWant != 0 {
		return fmt.Errorf("sf_buf_alloc_want is %d, and no thread sleeps", a.allocWant)
	}
	return nil
}
