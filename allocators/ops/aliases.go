package ops

import (
	"fmt"
	"maps"
	"slices"

	"lwbench/allocators"
	"lwbench/allocators/handle"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// pageUse is what a Session remembers of a page, to judge an unalias.
type pageUse struct {
	allocs int       // that have begun
	held   int       // of these, those whose free has not returned
	left   []mmu.KVA // addresses of its freed mappings, since an unalias has dropped them
}

// use returns the entry of a page, or nil if the design drops no aliases.
func (s *Session) use(page int) *pageUse {
	if !s.d.UnmapsAliases {
		return nil
	}
	u := s.pages[page]
	if u == nil {
		if u = new(pageUse); s.pages == nil {
			s.pages = map[int]*pageUse{}
		}
		s.pages[page] = u
	}
	return u
}

// begin notes that an alloc begins.
func (u *pageUse) begin() {
	if u != nil {
		u.allocs++
		u.held++
	}
}

// end notes that an alloc has failed, or that its free has returned.
func (u *pageUse) end() {
	if u != nil {
		u.held--
	}
}

// freed notes that the free of h has returned. A mapping whose address nobody has asked for is in no TLB.
func (u *pageUse) freed(c *mmu.CPU, h *handle.Handle) {
	u.end()
	kva, asked := h.KVA()
	if !asked {
		return
	}
	c.Touches(smp.PTEOf(uint32(kva)), true)
	if u != nil && !slices.Contains(u.left, kva) {
		u.left = append(u.left, kva)
	}
}

// unalias drops all aliases, and checks each page that nobody held when the call began and that nobody has mapped since.
func (s *Session) unalias(c *mmu.CPU) error {
	k, ok := s.a.(allocators.Unaliaser)
	if !ok {
		return fmt.Errorf("%s cannot drop aliases: expected no unalias", s.d.Name)
	}
	before := map[int]pageUse{}
	for page, u := range s.pages {
		for _, kva := range u.left {
			c.Touches(smp.PTEOf(uint32(kva)), false)
		}
		if u.held == 0 {
			before[page] = pageUse{allocs: u.allocs, left: slices.Clone(u.left)}
		}
	}
	k.UnmapAliases(c)
	for _, page := range slices.Sorted(maps.Keys(before)) {
		u, then := s.pages[page], before[page]
		if u.allocs != then.allocs {
			continue
		}
		for _, kva := range then.left {
			s.m.CheckAlias(c, kva, s.m.Page(page))
		}
		u.left = nil
	}
	return nil
}
