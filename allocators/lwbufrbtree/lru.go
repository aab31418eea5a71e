package lwbufrbtree

import "lwbench/mmu"

// lru is the queue from whose head elements are taken again: a TAILQ of all elements of a tree, in use or not, in the
// order in which they were last mapped or passed over. It overlaps with use: a hit leaves its element where it is, and so
// does a free. Whoever looks for an idle element passes over those in use; they go to the tail, which is the second chance
// that sf_buf's lazy unlink gives.
type lru struct {
	first, last place
	n           int
}

// insertTail is TAILQ_INSERT_TAIL. It writes the lines of the element and of the one before it; the head's line is the
// caller's, as in removeHead.
func (q *lru) insertTail(c *mmu.CPU, t *rbtree, e *elem) {
	e.next = 0
	if q.last == 0 {
		q.first = e.at
	} else {
		last := t.elem(q.last)
		last.next = e.at
		t.touch(c, last, true)
	}
	q.last = e.at
	t.touch(c, e, true)
	q.n++
}

// removeHead takes the first element; there must be one.
func (q *lru) removeHead(c *mmu.CPU, t *rbtree) *elem {
	e := t.elem(q.first)
	if q.first = e.next; q.first == 0 {
		q.last = 0
	}
	e.next = 0
	t.touch(c, e, true)
	q.n--
	return e
}
