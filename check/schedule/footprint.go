package schedule

import "lwbench/mmu/smp"

// access is a range of data that a step reads or writes.
type access struct {
	object smp.Object
	size   int32
	write  bool
}

// footprint is the set of data that a step accesses.
type footprint struct {
	all, written uint64 // filters: a bit for each block
	list         []access
}

func (f *footprint) reset() { *f = footprint{list: f.list[:0]} }

// blockBits are the bits of an object that give its place in its block; see smp.Object. Objects of one block share a
// filter bit.
const blockBits = 24

func filterBit(o smp.Object) uint64 {
	return 1 << (uint64(o>>blockBits^o>>56<<20^o&0xff) * 0x9e3779b97f4a7c15 >> 58)
}

func (f *footprint) add(o smp.Object, size int, write bool) {
	bit := filterBit(o &^ (1<<blockBits - 1))
	if o>>56 != 0 { // not memory: only the number
		bit = filterBit(o)
	}
	f.all |= bit
	if write {
		f.written |= bit
	}
	for i := range f.list {
		if a := &f.list[i]; a.object == o && a.size >= int32(size) {
			a.write = a.write || write
			return
		}
	}
	f.list = append(f.list, access{o, int32(size), write})
}

// dependent reports whether two steps may not be swapped: one writes what the other accesses.
func dependent(a, b *footprint) bool {
	if a.written&b.all == 0 && a.all&b.written == 0 {
		return false
	}
	for i := range a.list {
		x := &a.list[i]
		for k := range b.list {
			y := &b.list[k]
			if (x.write || y.write) && x.object < y.object+smp.Object(y.size) && y.object < x.object+smp.Object(x.size) {
				return true
			}
		}
	}
	return false
}
