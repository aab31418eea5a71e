package smp

import "lwbench/internal/reuse"

// A key orders the CPUs that can run: the clock above the CPU's id. never sorts behind every clock.
const (
	idBits = 10
	never  = ^uint64(0)
)

func keyOf(t Cycles, id int32) uint64 { return uint64(t)<<idBits | uint64(id) }

// tree is a winner tree over the CPUs' keys: leaf i is at node size+i, node 1 holds the least key. Keys carry the
// id, so the winner needs no second array. Measured against binary heaps in docs/METHODOLOGY.md, host costs: 1.3 to 5 times faster.
type tree struct {
	node []uint64
	size int
}

// renew returns a tree of n leaves, in the memory of t if there is room.
func (t tree) renew(n int) tree {
	size := 1
	for size < n {
		size *= 2
	}
	t = tree{node: reuse.Zeros(t.node, 2*size), size: size}
	for i := range t.node {
		t.node[i] = never
	}
	return t
}

// set gives leaf id a new key and mends the path to the root.
func (t *tree) set(id int32, key uint64) {
	i := t.size + int(id)
	t.node[i] = key
	for i > 1 {
		least := min(t.node[i], t.node[i^1])
		i /= 2
		if t.node[i] == least {
			return
		}
		t.node[i] = least
	}
}

// leaf changes a leaf without mending; rebuild must follow before the tree is read.
func (t *tree) leaf(id int32, key uint64) { t.node[t.size+int(id)] = key }

func (t *tree) rebuild() {
	for i := t.size - 1; i >= 1; i-- {
		t.node[i] = min(t.node[2*i], t.node[2*i+1])
	}
}

// least returns the least key, or never.
func (t *tree) least() uint64 { return t.node[1] }

// leastBut returns the least key of all leaves but id's.
func (t *tree) leastBut(id int32) uint64 {
	least := never
	for i := t.size + int(id); i > 1; i /= 2 {
		least = min(least, t.node[i^1])
	}
	return least
}
