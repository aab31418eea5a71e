package search

import (
	"fmt"
	"slices"

	"lwbench/mmu"
)

// State is the state of the page table, the TLBs and the mask for the address in question. Its TLB is nil where no address is
// in question.
type State struct {
	PTE  Entry
	TLB  []Entry // by CPU
	Mask string  // "{0-1}", or empty where the buffer has none
}

// Entry is what a PTE or a TLB says of an address. The zero value is no entry.
type Entry struct {
	Valid bool
	Page  int  // its number
	Stale bool // in a TLB: it is not what the PTE says
}

// entryOf is the entry that maps pg, or none if pg is nil.
func entryOf(pg *mmu.Page) (e Entry) {
	if pg != nil {
		e.Valid, e.Page = true, pg.ID()
	}
	return e
}

// String is "page 1", "!page 1" where it is stale, or "-".
func (e Entry) String() string {
	switch {
	case !e.Valid:
		return "-"
	case e.Stale:
		return fmt.Sprintf("!page %d", e.Page)
	}
	return fmt.Sprintf("page %d", e.Page)
}

// blank reports whether the state is empty: no address is in question, or nothing is known of it yet.
func (s *State) blank() bool {
	return !s.PTE.Valid && s.Mask == "" && !slices.ContainsFunc(s.TLB, func(e Entry) bool { return e.Valid })
}

// stale reports whether some TLB differs from the PTE.
func (s *State) stale() bool {
	return slices.ContainsFunc(s.TLB, func(e Entry) bool { return e.Stale })
}

// equal compares all that a state says.
func (s *State) equal(o *State) bool {
	return s.PTE == o.PTE && s.Mask == o.Mask && slices.Equal(s.TLB, o.TLB)
}

// row formats the state in columns.
func (s *State) row() string {
	text := pad(s.PTE.String(), cell)
	for _, e := range s.TLB {
		text += pad(e.String(), cell)
	}
	return text + s.Mask
}
