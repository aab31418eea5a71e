package lwbufrbtree

import "fmt"

// Audit implements allocators.Auditor. Where the design is idle each tree has as many elements as it counts, all of them in
// its queue; where nothing is mapped no element is referenced, and every plain lwbuf is in the cache.
func (a *allocator) Audit(idle bool, live int) error {
	if !idle {
		return a.plain.Audit(false, 0)
	}
	for i := range a.caches {
		k := &a.caches[i]
		n, referenced := k.tree.count(k.tree.root)
		if n != k.count || k.queue.n != k.count {
			return fmt.Errorf("tree %d has %d elements and %d in its queue, it counts %d", i, n, k.queue.n, k.count)
		}
		if live == 0 && referenced > 0 {
			return fmt.Errorf("nothing is mapped, and %d elements of tree %d are referenced", referenced, i)
		}
	}
	if live > 0 {
		return nil
	}
	return a.plain.Audit(true, 0)
}

// count returns how many elements the subtree has, and how many of them are referenced.
func (t *rbtree) count(at place) (n, referenced int) {
	if at == 0 {
		return 0, 0
	}
	e := t.elem(at)
	n = 1
	if e.refs-(e.handle.away.Peek()-e.handle.folded) != 0 {
		referenced = 1
	}
	for _, kid := range t.links[at].kids {
		below, used := t.count(kid)
		n, referenced = n+below, referenced+used
	}
	return n, referenced
}
