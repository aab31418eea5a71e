package workload

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// xio is W1: uiomove_fromphys and xio_copy_* copy a list of pages, one live mapping at a time, on one CPU. The first
// and the last page of a request are partial.
func xio() *Workload {
	return &Workload{
		Name: "xio",
		Doc:  "copying an XIO's pages: map, copy up to 4 KiB, unmap, page after page on one CPU (uiomove_fromphys, xio_copy_*)",
		Params: []Param{
			{Name: "xio.pages", Doc: "pages in a request", Kind: Int, Default: "8", Min: 1, Max: 32},
			{Name: "xio.buffers", Doc: "requests' buffers that a CPU cycles through", Kind: Int, Default: "32", Min: 1, Max: 4096},
			{Name: "xio.gap", Doc: "cycles of other work between requests, on average", Kind: Int, Default: "500", Min: 0, Max: 1e9},
			gapParam("xio"),
		},
		Setup: func(cell *Cell) (Body, error) {
			return copyBuffers(cell, allocators.Private, cell.int("xio.pages"), cell.int("xio.buffers"), cell.cycles("xio.gap")), nil
		},
	}
}

// copyBuffers returns the body of CPUs that copy requests of pages pages, each from one of buffers buffers of the
// CPU. Pages are mapped one by one with flags.
func copyBuffers(cell *Cell, flags allocators.Flags, pages, buffers int, gap mmu.Cycles) Body {
	first := cell.Machine.AddPages(cell.Machine.NCPU() * pages * buffers)
	return func(e *Env) error {
		own := first + e.CPU().ID()*pages*buffers
		e.Warm(own, pages*buffers, false)
		for at := 0; e.Next(); at++ {
			if at == pages {
				at = 0
				e.Gap(gap)
			}
			if at == 0 {
				own = first + (e.CPU().ID()*buffers+e.Rand().IntN(buffers))*pages
			}
			if err := copyPage(e, own+at, edge(at, pages), flags); err != nil {
				return err
			}
		}
		return nil
	}
}

// edge returns the number of bytes of page i of n to copy: the ends of a request are half pages.
func edge(i, n int) int {
	if n > 1 && (i == 0 || i == n-1) {
		return 2048
	}
	return 4096
}

// copyPage maps one page, copies from it and unmaps it.
func copyPage(e *Env, page, bytes int, flags allocators.Flags) error {
	h, err := e.Alloc(e.cell.Machine.Page(page), flags)
	if err != nil {
		return err
	}
	e.Copy(h, bytes, false)
	e.Free(h)
	return nil
}

// copyPages maps n pages, one after another on the machine, with one mapping for this CPU only, copies from each and unmaps them.
func copyPages(e *Env, first, n, bytes int) error {
	h, err := e.AllocPages(e.pages(first, n), allocators.Private)
	if err != nil {
		return err
	}
	e.Copy(h, bytes, false)
	e.Free(h)
	return nil
}
