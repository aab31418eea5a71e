package lwbufrbtree

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// place is where an element stands in its tree; 0 is nobody's.
type place uint16

// link is what the way down the tree reads of an element: 8 bytes, so that the trees of many CPUs fit into a cache of the
// host.
type link struct {
	key  uint32   // number of the page
	kids [2]place // left and right
}

// slab is how many elements of a tree stand side by side in the host's memory.
const slab = 64

// rbtree is a red-black tree of elements, keyed by page number: sys/tree.h's RB_HEAD. It has a place for each element,
// which the element keeps as long as it lives. It charges what it does: a comparison for each node on the way down, and the
// cache line of each node that is read or written. Whoever calls it holds the tree's lock, or is the CPU that the tree
// belongs to.
type rbtree struct {
	root  place
	links []link
	up    []place // parents; up[0] is nobody's: it may be written and is never read
	red   []bool
	elems []*[slab]elem // element i is elems[i/slab][i%slab]
	free  []place       // places given back
	line  *smp.Line     // of root, the LRU queue's head and the counts; nil where the tree is a CPU's own
}

// take makes an element with a place of its own, which is not in the tree yet.
func (t *rbtree) take() *elem {
	if len(t.links) == 0 {
		t.links, t.up, t.red = make([]link, 1, slab), make([]place, 1, slab), make([]bool, 1, slab)
	}
	i := place(len(t.links))
	if n := len(t.free); n > 0 {
		i, t.free = t.free[n-1], t.free[:n-1]
	} else {
		t.links, t.up, t.red = append(t.links, link{}), append(t.up, 0), append(t.red, false)
	}
	if int(i/slab) == len(t.elems) {
		t.elems = append(t.elems, new([slab]elem))
	}
	e := t.elem(i)
	*e = elem{at: i}
	return e
}

// give takes back an element that is not in the tree; take may hand it out again.
func (t *rbtree) give(e *elem) { t.free = append(t.free, e.at) }

func (t *rbtree) elem(i place) *elem { return &t.elems[i/slab][i%slab] }

// touch reads or writes the node of e.
func (t *rbtree) touch(c *mmu.CPU, e *elem, write bool) {
	if t.line != nil {
		touch(c, e.handle.node, write)
	}
}

// find is RB_FIND. It reads the lines on its way; nil is not found.
func (t *rbtree) find(c *mmu.CPU, key uint32) *elem {
	at, visits := t.way(key)
	if t.line != nil {
		t.touchWay(c, key)
	}
	if visits > 0 {
		c.Charge(smp.CostAlloc, visits*c.Costs().Compare)
	}
	if at == 0 {
		return nil
	}
	return t.elem(at)
}

// way goes down to key. It returns its place, or 0, and how many nodes it has seen. Nothing is called in between, for the
// sake of the host.
func (t *rbtree) way(key uint32) (at place, visits mmu.Cycles) {
	links := t.links
	for at = t.root; at != 0; {
		visits++
		n := &links[at]
		if n.key == key {
			break
		}
		if n.key < key { // a branch: the host goes on at its guess while it waits for the key
			at = n.kids[1]
		} else {
			at = n.kids[0]
		}
	}
	return at, visits
}

// touchWay reads the lines that way has seen.
func (t *rbtree) touchWay(c *mmu.CPU, key uint32) {
	touch(c, t.line, false)
	for at := t.root; at != 0; {
		t.touch(c, t.elem(at), false)
		n := &t.links[at]
		if n.key == key {
			return
		}
		at = n.kids[side(n.key < key)]
	}
}

// side is the index in link.kids.
func side(right bool) int {
	if right {
		return 1
	}
	return 0
}

// insert is RB_INSERT of an element with a key that is not in the tree. The way down has been compared by the find that
// came before; it is walked again here, as the kernels' macros do.
func (t *rbtree) insert(c *mmu.CPU, e *elem, key uint32) {
	n, parent := e.at, place(0)
	at, visits := &t.root, mmu.Cycles(0)
	for *at != 0 {
		parent = *at
		t.touch(c, t.elem(parent), false)
		visits++
		p := &t.links[parent]
		at = &p.kids[side(p.key <= key)]
	}
	c.Charge(smp.CostAlloc, visits*c.Costs().Compare)
	t.links[n], t.red[n] = link{key: key}, true
	t.up[n] = parent
	*at = n
	t.wrote(c, n, parent)
	t.insertColor(c, n)
}

// insertColor is RB_INSERT_COLOR: n is red and its parent may be.
func (t *rbtree) insertColor(c *mmu.CPU, n place) {
	for p := t.up[n]; p != 0 && t.red[p]; p = t.up[n] {
		g := t.up[p]
		kids := &t.links[g].kids
		dir := side(p == kids[1]) // p's side
		uncle := kids[1-dir]
		if t.red[uncle] {
			t.red[p], t.red[uncle], t.red[g] = false, false, true
			t.wrote(c, p, uncle, g)
			n = g
			continue
		}
		if n != t.links[p].kids[dir] {
			t.rotate(c, p, dir)
			n, p = p, n
		}
		t.red[p], t.red[g] = false, true
		t.rotate(c, g, 1-dir)
	}
	if t.red[t.root] {
		t.red[t.root] = false
		t.wrote(c, t.root)
	}
}

// rotate turns n down to its side dir (0 is RB_ROTATE_LEFT), and its child on the other side up.
func (t *rbtree) rotate(c *mmu.CPU, n place, dir int) {
	up := t.links[n].kids[1-dir]
	inner := t.links[up].kids[dir]
	t.links[n].kids[1-dir] = inner
	t.up[inner] = n
	t.replace(n, up)
	t.links[up].kids[dir] = n
	t.up[n] = up
	t.wrote(c, n, up, inner, t.up[up])
}

// replace puts by, which may be nobody, where n hangs.
func (t *rbtree) replace(n, by place) {
	p := t.up[n]
	if p == 0 {
		t.root = by
	} else {
		kids := &t.links[p].kids
		kids[side(n == kids[1])] = by
	}
	t.up[by] = p
}

// remove is RB_REMOVE.
func (t *rbtree) remove(c *mmu.CPU, e *elem) {
	n := e.at
	l := &t.links[n]
	x, parent, black := l.kids[0], t.up[n], !t.red[n] // x takes the place of what goes, below parent
	switch {
	case l.kids[0] == 0:
		x = l.kids[1]
		t.replace(n, x)
	case l.kids[1] == 0:
		t.replace(n, x)
	default: // the successor takes n's place and colour
		s := l.kids[1]
		for t.touch(c, t.elem(s), false); t.links[s].kids[0] != 0; t.touch(c, t.elem(s), false) {
			s = t.links[s].kids[0]
		}
		m := &t.links[s]
		x, parent, black = m.kids[1], t.up[s], !t.red[s]
		if parent == n {
			parent = s
		} else {
			t.replace(s, x)
			m.kids[1] = l.kids[1]
			t.up[m.kids[1]] = s
		}
		t.replace(n, s)
		m.kids[0] = l.kids[0]
		t.up[m.kids[0]] = s
		t.red[s] = t.red[n]
		t.wrote(c, s, m.kids[0], m.kids[1], t.up[s])
	}
	t.wrote(c, n, x, parent)
	*l, t.up[n] = link{}, 0
	if black {
		t.removeColor(c, x, parent)
	}
}

// removeColor is RB_REMOVE_COLOR: the way through x, which may be nobody and hangs below parent, lacks one black node.
func (t *rbtree) removeColor(c *mmu.CPU, x, parent place) {
	for x != t.root && !t.red[x] {
		dir := side(x != t.links[parent].kids[0])
		s := t.links[parent].kids[1-dir] // x's sibling; it is there, for its side is higher
		if t.red[s] {
			t.red[s], t.red[parent] = false, true
			t.rotate(c, parent, dir)
			s = t.links[parent].kids[1-dir]
		}
		near, far := t.links[s].kids[dir], t.links[s].kids[1-dir]
		if !t.red[near] && !t.red[far] {
			t.red[s] = true
			t.wrote(c, s)
			x, parent = parent, t.up[parent]
			continue
		}
		if !t.red[far] {
			t.red[near], t.red[s] = false, true
			t.rotate(c, s, 1-dir)
			s, far = near, s
		}
		t.red[s], t.red[parent], t.red[far] = t.red[parent], false, false
		t.wrote(c, far)
		t.rotate(c, parent, dir)
		x = t.root
	}
	if t.red[x] {
		t.red[x] = false
		t.wrote(c, x)
	}
}

// wrote charges for the lines of nodes that were written; 0 is none. Where a node has no parent, the root was.
func (t *rbtree) wrote(c *mmu.CPU, nodes ...place) {
	for _, n := range nodes {
		if n == 0 || t.line == nil {
			continue
		}
		t.touch(c, t.elem(n), true)
		if t.up[n] == 0 {
			touch(c, t.line, true)
		}
	}
}
