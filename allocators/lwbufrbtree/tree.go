package lwbufrbtree

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// node is what the owner of a tree alone touches: the links of its tree and queue, and the count of references. It is
// 64 bytes, one cache line of the machine, and line is its model; in a CPU's own tree line is nil, for nobody else ever
// takes it away.
type node struct {
	key                 uint32 // number of the page
	red                 bool
	left, right, parent *elem
	next                *elem  // in the LRU queue
	in                  *cache // the tree that retains the element; nil is none: a plain lwbuf
	line                *smp.Line
	// refs counts the allocs, less the frees at home and those elsewhere of which lines.folded has taken note. The element
	// is idle when it is 0; it may be idle before.
	refs int64
}

// touch reads or writes the node.
func (n *node) touch(c *mmu.CPU, write bool) {
	if n.line != nil {
		touch(c, n.line, write)
	}
}

// rbtree is a red-black tree of elements, keyed by page number: sys/tree.h's RB_HEAD, with the links inside their nodes.
// It charges what it does: a comparison for each node on the way down, and the cache line of each node that is read or
// written. Whoever calls it holds the tree's lock, or is the CPU that the tree belongs to.
type rbtree struct {
	root *elem
	line *smp.Line // of root and what stands beside it: the LRU queue's head and the counts; nil as in node
}

// find is RB_FIND. It reads the lines on its way.
func (t *rbtree) find(c *mmu.CPU, key uint32) *elem {
	touch(c, t.line, false)
	n, visits := t.root, mmu.Cycles(0)
	for n != nil {
		n.touch(c, false)
		visits++
		if key == n.key {
			break
		}
		if key < n.key {
			n = n.left
		} else {
			n = n.right
		}
	}
	if visits > 0 {
		c.Charge(smp.CostAlloc, visits*c.Costs().Compare)
	}
	return n
}

// insert is RB_INSERT of an element whose key is not in the tree. The way down has been compared by the find that came
// before; it is walked again here, as the kernels' macros do.
func (t *rbtree) insert(c *mmu.CPU, n *elem) {
	var parent *elem
	at, visits := &t.root, mmu.Cycles(0)
	for *at != nil {
		parent = *at
		parent.touch(c, false)
		visits++
		if n.key < parent.key {
			at = &parent.left
		} else {
			at = &parent.right
		}
	}
	c.Charge(smp.CostAlloc, visits*c.Costs().Compare)
	n.left, n.right, n.parent, n.red = nil, nil, parent, true
	*at = n
	t.wrote(c, n, parent)
	t.insertColor(c, n)
}

// insertColor is RB_INSERT_COLOR: n is red and its parent may be.
func (t *rbtree) insertColor(c *mmu.CPU, n *elem) {
	for p := n.parent; p != nil && p.red; p = n.parent {
		g := p.parent
		uncle := g.right
		if p == uncle {
			uncle = g.left
		}
		if isRed(uncle) {
			p.red, uncle.red, g.red = false, false, true
			t.wrote(c, p, uncle, g)
			n = g
			continue
		}
		left := p == g.left
		if left != (n == p.left) {
			t.rotate(c, p, left)
			n, p = p, n
		}
		p.red, g.red = false, true
		t.rotate(c, g, !left)
	}
	if t.root.red {
		t.root.red = false
		t.wrote(c, t.root)
	}
}

// rotate turns n down to the left (RB_ROTATE_LEFT) or to the right, and its child on the other side up.
func (t *rbtree) rotate(c *mmu.CPU, n *elem, left bool) {
	up := n.child(!left)
	inner := up.child(left)
	n.setChild(!left, inner)
	if inner != nil {
		inner.parent = n
	}
	t.replace(n, up)
	up.setChild(left, n)
	n.parent = up
	t.wrote(c, n, up, inner, up.parent)
}

// replace puts by, which may be nil, where n hangs.
func (t *rbtree) replace(n, by *elem) {
	switch p := n.parent; {
	case p == nil:
		t.root = by
	case p.left == n:
		p.left = by
	default:
		p.right = by
	}
	if by != nil {
		by.parent = n.parent
	}
}

// remove is RB_REMOVE.
func (t *rbtree) remove(c *mmu.CPU, n *elem) {
	x, parent, black := n.left, n.parent, !n.red // x takes the place of what goes, below parent
	switch {
	case n.left == nil:
		x = n.right
		t.replace(n, x)
	case n.right == nil:
		t.replace(n, x)
	default: // the successor takes n's place and colour
		s := n.right
		for s.touch(c, false); s.left != nil; s.touch(c, false) {
			s = s.left
		}
		x, parent, black = s.right, s.parent, !s.red
		if parent == n {
			parent = s
		} else {
			t.replace(s, x)
			s.right = n.right
			s.right.parent = s
		}
		t.replace(n, s)
		s.left = n.left
		s.left.parent = s
		s.red = n.red
		t.wrote(c, s, s.left, s.right, s.parent)
	}
	t.wrote(c, n, x, parent)
	n.left, n.right, n.parent = nil, nil, nil
	if black {
		t.removeColor(c, x, parent)
	}
}

// removeColor is RB_REMOVE_COLOR: the way through x, which may be nil and hangs below parent, lacks one black node.
func (t *rbtree) removeColor(c *mmu.CPU, x, parent *elem) {
	for x != t.root && !isRed(x) {
		left := x == parent.left
		s := parent.child(!left) // x's sibling; it is there, for its side is higher
		if s.red {
			s.red, parent.red = false, true
			t.rotate(c, parent, left)
			s = parent.child(!left)
		}
		near, far := s.child(left), s.child(!left)
		if !isRed(near) && !isRed(far) {
			s.red = true
			t.wrote(c, s)
			x, parent = parent, parent.parent
			continue
		}
		if !isRed(far) {
			near.red, s.red = false, true
			t.rotate(c, s, !left)
			s, far = near, s
		}
		s.red, parent.red, far.red = parent.red, false, false
		t.wrote(c, far)
		t.rotate(c, parent, left)
		x = t.root
	}
	if x != nil && x.red {
		x.red = false
		t.wrote(c, x)
	}
}

// wrote charges for the lines of nodes that were written; nil is none. Where a node has no parent, the root was.
func (t *rbtree) wrote(c *mmu.CPU, nodes ...*elem) {
	for _, n := range nodes {
		if n == nil {
			continue
		}
		n.touch(c, true)
		if n.parent == nil {
			touch(c, t.line, true)
		}
	}
}

func isRed(n *elem) bool { return n != nil && n.red }

func (n *elem) child(left bool) *elem {
	if left {
		return n.left
	}
	return n.right
}

func (n *elem) setChild(left bool, by *elem) {
	if left {
		n.left = by
	} else {
		n.right = by
	}
}
