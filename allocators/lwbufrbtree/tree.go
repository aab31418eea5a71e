package lwbufrbtree

import (
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// place is the index of an element in its tree; 0 means none.
type place uint16

// link is the part of an element that a search reads: 8 bytes, so that the trees of many CPUs fit into the host's caches.
type link struct {
	key  uint32   // number of the page
	kids [2]place // left and right
}

// slab is how many elements of a tree are contiguous in the host's memory.
const slab = 64

// rbtree is a red-black tree of elements, keyed by page number: sys/tree.h's RB_HEAD. Each element keeps its place while it
// exists. The tree charges a comparison for each node on the path, and the cache line of each node that it reads or
// writes. The caller holds the tree's lock, or is the CPU that owns the tree.
type rbtree struct {
	root  place
	links []link
	up    []place // parents; up[0] is a dummy that is written but never read
	red   []bool
	elems []*[slab]elem // element i is elems[i/slab][i%slab]
	free  []place       // unused places
	line  *smp.Line     // of root, the head of the LRU queue and the counts; nil in a per-CPU tree
}

// take allocates an element and its place. The element is not in the tree yet.
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

// give frees an element that is not in the tree.
func (t *rbtree) give(e *elem) { t.free = append(t.free, e.at) }

func (t *rbtree) elem(i place) *elem { return &t.elems[i/slab][i%slab] }

// touch charges for a read or write of e's node.
func (t *rbtree) touch(c *mmu.CPU, e *elem, write bool) {
	if t.line != nil {
		touch(c, e.handle.node, write)
	}
}

// find is RB_FIND. It reads the lines on the path; nil if not found.
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

// way searches for key. It returns its place, or 0, and the number of nodes visited. It calls nothing, which keeps it fast
// on the host.
func (t *rbtree) way(key uint32) (at place, visits mmu.Cycles) {
	links := t.links
	for at = t.root; at != 0; {
		visits++
		n := &links[at]
		if n.key == key {
			break
		}
		if n.key < key { // a branch, so that the host can speculate past the load of the key
			at = n.kids[1]
		} else {
			at = n.kids[0]
		}
	}
	return at, visits
}

// touchWay charges for the lines that way visits.
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

// insert is RB_INSERT of an element with a key that is not in the tree. It walks the path again, after find, as the
// kernels' macros do.
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

// rotate moves n down to side dir (0 is RB_ROTATE_LEFT) and its other child up.
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

// replace links by, which may be 0, in the place of n.
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
	x, parent, black := l.kids[0], t.up[n], !t.red[n] // x replaces the removed node, below parent
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

// removeColor is RB_REMOVE_COLOR: the path through x, which may be 0 and is a child of parent, lacks one black node.
func (t *rbtree) removeColor(c *mmu.CPU, x, parent place) {
	for x != t.root && !t.red[x] {
		dir := side(x != t.links[parent].kids[0])
		s := t.links[parent].kids[1-dir] // x's sibling, which exists because its side is higher
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

// wrote charges for the lines of nodes that were written; 0 is skipped. A node without a parent means that the root changed.
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
