package lwbufrbtree

import "lwbench/mmu"

// lru is the queue of recycling candidates: a TAILQ of all elements of a tree, in use or not, in the order in which they
// were last mapped or skipped. It overlaps with use: neither a hit nor a free moves an element. The search for an idle
// element moves those in use to the tail, the same second chance that sf_buf's lazy unlinking gives.
type lru struct {
	first, last place
	n           int
}

// insertTail is TAILQ_INSERT_TAIL. It writes the lines of the element and of its predecessor. As in removeHead, the caller
// charges for the head's line.
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

// removeHead removes the first element. Precondition: the queue is not empty.
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
