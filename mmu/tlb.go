package mmu

// tlb is one CPU's data TLB for the kernel window. entries has one entry for each KVA page that the CPU has ever
// accessed; the sets of the two levels hold only the replacement order. A full flush is one step: a new epoch.
// Measured (docs/METHODOLOGY.md, host costs): hit 4 ns, flush 1; sets searched entry by entry cost 8 to 17 and 525.
type tlb struct {
	epoch  uint16 // of the present entries; never 0
	chunks []*[tlbChunk]tlbEntry
	spare  []*[tlbChunk]tlbEntry // of the TLB before in the same memory
	l1, l2 level
	cold   bool // flushed since the last walk: the kernel's other translations are gone as well
}

const tlbChunk = 64

// tlbEntry is a CPU's state for one KVA page. It is valid only while its epoch is the TLB's. A machine may have as many as CPUs
// times pages: it is small.
type tlbEntry struct {
	page   uint32 // physical page + 1
	first  uint32 // version of the PTE at the first fill since the last invalidation here; see oracle.go
	epoch  uint16
	w1, w2 uint8 // way + 1 in each level; 0 is absent
}

// level is one level's replacement state: FIFO in each set, freed slots first. Real TLBs use pseudo-LRU, whose
// details are not published (docs/METHODOLOGY.md).
type level struct {
	ways, mask int
	slot       []uint32 // KVA + 1
	turn       []uint8  // next way to replace, by set
	hint       []uint8  // a way that was just freed + 1, by set
}

// entry returns the entry of kva, creating it on the CPU's first access to the page.
func (t *tlb) entry(kva KVA) *tlbEntry {
	c := t.chunks[kva/tlbChunk]
	if c == nil {
		c = t.newChunk()
		t.chunks[kva/tlbChunk] = c
	}
	return &c[kva%tlbChunk]
}

// peek is entry without creating one: nil if nothing is held.
func (t *tlb) peek(kva KVA) *tlbEntry {
	c := t.chunks[kva/tlbChunk]
	if c == nil || c[kva%tlbChunk].epoch != t.epoch {
		return nil
	}
	return &c[kva%tlbChunk]
}

// flush drops everything.
func (t *tlb) flush() {
	t.epoch++
	t.cold = true
	if t.epoch == 0 { // the numbers are used up: entries of old epochs must not become valid again
		t.epoch = 1
		for _, c := range t.chunks {
			if c != nil {
				clear(c[:])
			}
		}
	}
}

// invalidate drops kva.
func (t *tlb) invalidate(kva KVA) {
	e := t.peek(kva)
	if e == nil {
		return
	}
	if e.w1 != 0 {
		t.l1.free(kva, e.w1)
	}
	if e.w2 != 0 {
		t.l2.free(kva, e.w2)
	}
	*e = tlbEntry{}
}

func (l *level) free(kva KVA, way uint8) { l.hint[int(kva)&l.mask] = way }

// fill puts the translation of kva into both levels.
func (t *tlb) fill(kva KVA, e *tlbEntry, page, ver uint32) {
	if e.epoch != t.epoch {
		*e = tlbEntry{epoch: t.epoch, first: ver}
	}
	e.page = page
	if len(t.l2.slot) > 0 {
		t.put2(kva, e)
	}
	t.put1(kva, e)
}

// put1 enters kva into the first level. The page that it displaces stays in the second level, if it is there.
func (t *tlb) put1(kva KVA, e *tlbEntry) {
	way, old := t.l1.take(kva)
	if old != 0 && old != uint32(kva)+1 {
		if v := t.peek(KVA(old - 1)); v != nil && v.w1 == way {
			v.w1 = 0
		}
	}
	e.w1 = way
}

// put2 enters kva into the second level, which includes the first: a page that it displaces leaves both.
func (t *tlb) put2(kva KVA, e *tlbEntry) {
	way, old := t.l2.take(kva)
	if old != 0 && old != uint32(kva)+1 {
		if v := t.peek(KVA(old - 1)); v != nil && v.w2 == way {
			if v.w1 != 0 {
				t.l1.free(KVA(old-1), v.w1)
			}
			v.w1, v.w2 = 0, 0
		}
	}
	e.w2 = way
}

// take selects a way of kva's set and returns it + 1 with its previous owner + 1.
func (l *level) take(kva KVA) (used uint8, old uint32) {
	set := int(kva) & l.mask
	way := int(l.hint[set]) - 1
	if l.hint[set] = 0; way < 0 {
		way = int(l.turn[set])
		next := way + 1
		if next == l.ways {
			next = 0
		}
		l.turn[set] = uint8(next)
	}
	slot := set*l.ways + way
	old = l.slot[slot]
	l.slot[slot] = uint32(kva) + 1
	return uint8(way + 1), old
}

// held reports whether the entry is in either level.
func (e *tlbEntry) held() bool { return e.w1|e.w2 != 0 }
