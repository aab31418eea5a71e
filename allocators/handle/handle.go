package handle

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// Handle is one live buffer. It may be passed between CPUs; one CPU at a time uses it.
type Handle struct {
	Buf  allocators.Buf
	Page *mmu.Page // the first one

	rest      []*mmu.Page // the pages at the addresses after the first
	kva       mmu.KVA
	askedBy   int        // id+1 of the CPU that last asked for the address; 0 is none
	promised  bool       // the oracles know kva
	announced *mmu.Event // the alloc that a probe has not seen yet, because the address is not known; otherwise nil
}

// Alloc maps pg. reused reports that the allocator wrote no PTE: it found a mapping of the page. The error is Allocator.Alloc's.
func Alloc(c *mmu.CPU, a allocators.Allocator, pg *mmu.Page, f allocators.Flags) (h Handle, reused bool, err error) {
	writes := c.N.PTEWrites
	b, err := a.Alloc(c, pg, f)
	if err != nil {
		return Handle{}, false, err
	}
	return Handle{Buf: b, Page: pg}, c.N.PTEWrites == writes, nil
}

// AllocPages maps pages, at least one, at contiguous addresses. The slice must not change until Release. It otherwise behaves
// like Alloc.
func AllocPages(c *mmu.CPU, a allocators.MultiPager, pages []*mmu.Page, f allocators.Flags) (h Handle, reused bool, err error) {
	writes := c.N.PTEWrites
	b, err := a.AllocPages(c, pages, f)
	if err != nil {
		return Handle{}, false, err
	}
	return Handle{Buf: b, Page: pages[0], rest: pages[1:]}, c.N.PTEWrites == writes, nil
}

// Len returns how many pages the buffer covers.
func (h *Handle) Len() int { return 1 + len(h.rest) }

// PageAt returns page i, from 0.
func (h *Handle) PageAt(i int) *mmu.Page {
	if i == 0 {
		return h.Page
	}
	return h.rest[i-1]
}

// Announce reports the alloc to a probe, with the address. If this CPU's bit is in the buffer's mask it asks for the
// address, which costs nothing, and counts as this CPU's first Ask. Otherwise asking may have a cost, an invlpg or
// emap's test of a generation, and a probe must not change the run: the alloc is reported at the first Ask. Without a
// probe Announce does nothing.
func (h *Handle) Announce(c *mmu.CPU) {
	m := c.Machine()
	if !m.Probed() {
		return
	}
	e := &mmu.Event{Kind: mmu.Allocated, CPU: c.ID(), At: c.Now(), Page: h.Page}
	var mask mmu.CPUSet
	if k, ok := h.Buf.(allocators.Masked); ok {
		m.Look(func() { mask = k.Mask() })
		e.Note = "mask " + mask.String()
	}
	if !mask.Has(c.ID()) {
		h.announced = e
		return
	}
	h.promise(c)
	e.KVA = h.kva
	m.Tell(e)
}

// Ask calls KVA on this CPU, which may invalidate its TLB entry, and returns the address. The first call declares the
// promise to the oracles. A probe receives the state of the mask before the call.
func (h *Handle) Ask(c *mmu.CPU) mmu.KVA {
	m := c.Machine()
	if !m.Probed() {
		return h.promise(c)
	}
	e := &mmu.Event{Kind: mmu.KVACalled, CPU: c.ID(), At: c.Now(), KVA: h.kva, Page: h.Page}
	e.Bit, e.Note = trust(h.Buf, c)
	if h.promised {
		m.Tell(e)
		return h.promise(c)
	}
	e.KVA = h.promise(c)
	if a := h.announced; a != nil {
		a.KVA, h.announced = h.kva, nil
		m.Tell(a)
	}
	m.Tell(e)
	return h.kva
}

// AskedBy reports whether c asked for the address last, so that the address is valid there.
func (h *Handle) AskedBy(c *mmu.CPU) bool { return h.askedBy == c.ID()+1 }

// KVA returns the address without asking, and whether any CPU has asked for it yet.
func (h *Handle) KVA() (kva mmu.KVA, ok bool) { return h.kva, h.promised }

// Access reads or writes the first page once through the address that Ask returned last.
func (h *Handle) Access(c *mmu.CPU, write bool) { h.AccessAt(c, 0, write) }

// AccessAt reads or writes page i once.
func (h *Handle) AccessAt(c *mmu.CPU, i int, write bool) {
	kva, pg := h.kva+mmu.KVA(i), h.PageAt(i)
	if write {
		c.Store(kva, pg)
	} else {
		c.Load(kva, pg)
	}
}

// Release declares the end of the promise to the oracles, before the last Free.
func (h *Handle) Release(c *mmu.CPU) {
	if !h.promised {
		return
	}
	for i := range h.Len() {
		c.Machine().Release(c, h.kva+mmu.KVA(i))
	}
}

// Suspend declares to the oracles that the address is not valid while its thread is switched out
// (allocators.Switcher).
func (h *Handle) Suspend(c *mmu.CPU) { h.Release(c) }

// Resume ends a Suspend.
func (h *Handle) Resume(c *mmu.CPU) {
	if h.promised {
		h.promisePages(c)
	}
}

func (h *Handle) promisePages(c *mmu.CPU) {
	for i := range h.Len() {
		c.Machine().Promise(c, h.kva+mmu.KVA(i), h.PageAt(i))
	}
}

// promise calls KVA and declares the promised page to the oracles, once in the life of the buffer.
func (h *Handle) promise(c *mmu.CPU) mmu.KVA {
	h.kva, h.askedBy = h.Buf.KVA(c), c.ID()+1
	if !h.promised {
		h.promised = true
		h.promisePages(c)
	}
	return h.kva
}

// trust returns the bit of the asking CPU in a buffer's mask, and a description.
func trust(b allocators.Buf, c *mmu.CPU) (bit mmu.MaskBit, note string) {
	k, ok := b.(allocators.Masked)
	if !ok {
		return mmu.NoMask, ""
	}
	var mask mmu.CPUSet
	c.Machine().Look(func() { mask = k.Mask() })
	if mask.Has(c.ID()) {
		return mmu.BitSet, "mask " + mask.String() + " has its bit: it trusts its TLB"
	}
	return mmu.BitClear, "mask " + mask.String() + " lacks its bit"
}
