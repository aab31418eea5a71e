package smp

import "sort"

// names gives the design's data names that are the same in every run: the block that was allocated, counted for each CPU
// that allocates, and the offset in it. An address alone is none: it differs from run to run.
type names struct {
	blocks []block // by address
	counts [maxTraced + 1]uint64
}

// block is one allocation. keep holds on to it, so that the collector does not give its address to another one.
type block struct {
	base, size uintptr
	name       Object
	keep       any
}

const (
	offsetBits = 24
	numberBits = 24
)

// boot is the CPU number in the names of objects that are allocated before the run.
const boot = maxTraced

// add names a block that is allocated by a CPU, or at boot where c is nil.
func (n *names) add(base, size uintptr, keep any, c *CPU) {
	i := n.search(base)
	if i < len(n.blocks) && n.blocks[i].base == base {
		if n.blocks[i].size < size {
			n.blocks[i].size = size
		}
		return
	}
	by := boot
	if c != nil {
		by = int(c.id)
	}
	n.counts[by]++
	n.blocks = append(n.blocks, block{})
	copy(n.blocks[i+1:], n.blocks[i:])
	n.blocks[i] = block{base, max(size, 1), Object(by)<<(offsetBits+numberBits) | Object(n.counts[by])<<offsetBits, keep}
}

// search returns the index of the first block at or after base.
func (n *names) search(base uintptr) int {
	return sort.Search(len(n.blocks), func(i int) bool { return n.blocks[i].base >= base })
}

// of returns the name of the data at p. What was not seen being allocated is named after the CPU that touches it first.
func (n *names) of(p, size uintptr, c *CPU) Object {
	i := n.search(p + 1)
	if i > 0 {
		if b := &n.blocks[i-1]; p < b.base+b.size {
			return objMemory | b.name | Object(p-b.base)
		}
	}
	n.add(p, size, nil, c)
	return n.of(p, size, c)
}
