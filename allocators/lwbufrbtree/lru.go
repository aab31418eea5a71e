package lwbufrbtree

import "lwbench/mmu"

// lru is the queue from whose head elements are taken again: a TAILQ of all elements of a tree, in use or not, in the
// order in which they were last mapped or passed over. It overlaps with use: a hit leaves its element where it is, and so
// does a free. Whoever looks for an idle element passes over those in use; they go to the tail, which is the second chance
// that sf_buf's lazy unlink gives.
type lru struct {
	first, last *elem
	n           int
}

// insertTail is TAILQ_INSERT_TAIL. It writes the lines of the element and of the one before it; the head's line is the
// caller's, as in removeHead.
func (q *lru) insertTail(c *mmu.CPU, n *elem) {
	n.next = nil
	if q.last == nil {
		q.first = n
	} else {
		q.last.next = n
		q.last.touch(c, true)
	}
	q.last = n
	n.touch(c, true)
	q.n++
}

// removeHead takes the first element; there must be one.
func (q *lru) removeHead(c *mmu.CPU) *elem {
	n := q.first
	if q.first = n.next; q.first == nil {
		q.last = nil
	}
	n.next = nil
	n.touch(c, true)
	q.n--
	return n
}
