package workload

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// setmemory is how Linux prepares pages whose attributes it changes (set_memory_wc, set_pages_array_uc: graphics drivers' page
// pools, code that becomes read-only). Pages are filled through temporary mappings. Before their attributes change, nothing may
// reach them by another address with the old ones: change_page_attr_set_clr calls kmap_flush_unused and vm_unmap_aliases first
// (arch/x86/mm/pageattr.c). One call serves all the pages of a batch.
//
// An operation is the life of one mapping; the calls are work of the CPU beside them, in cycles/op as well.
func setmemory() *Workload {
	return &Workload{
		Name: "setmemory",
		Doc:  "filling pages and then changing their attributes, before which all aliases are dropped (vm_unmap_aliases, set_memory_*)",
		Params: []Param{
			{Name: "setmemory.pages", Doc: "pages of a mapping", Kind: Int, Default: "1", Min: 1, Max: 32},
			{Name: "setmemory.batch", Doc: "mappings between two changes of attributes", Kind: Int, Default: "16", Min: 1, Max: 65536},
			{Name: "setmemory.change", Doc: "cycles of a change, without its own flushes", Kind: Int, Default: "2000", Min: 0, Max: 1e9},
			{Name: "setmemory.gap", Doc: "cycles of other work between mappings, on average", Kind: Int, Default: "500", Min: 0, Max: 1e9},
			gapParam("setmemory"),
		},
		Aside: true,
		Needs: func(c *Cell) Needs { return Needs{Pages: c.int("setmemory.pages"), Unaliases: true} },
		Setup: func(cell *Cell) (Body, error) {
			s := &attributes{
				pages: cell.int("setmemory.pages"), batch: cell.int("setmemory.batch"),
				change: cell.cycles("setmemory.change"), gap: cell.cycles("setmemory.gap"),
			}
			s.first = cell.Machine.AddPages(cell.Machine.NCPU() * s.pages * s.batch)
			return s.body, nil
		},
	}
}

type attributes struct {
	pages, batch, first int
	change, gap         mmu.Cycles
}

func (s *attributes) body(e *Env) error {
	own := s.first + e.CPU().ID()*s.pages*s.batch
	for at := 0; e.Next(); {
		e.Gap(s.gap)
		h, err := e.AllocPages(e.pages(own+at*s.pages, s.pages), allocators.Private)
		if err != nil {
			return err
		}
		e.Copy(h, 4096, true)
		e.Free(h)
		if at++; at == s.batch {
			at = 0
			e.UnmapAliases()
			e.Work(s.change)
		}
	}
	return nil
}
