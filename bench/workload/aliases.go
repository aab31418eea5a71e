package workload

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

// freed is a page that this CPU has freed, and the address by which it could be reached.
type freed struct {
	kva mmu.KVA
	pg  *mmu.Page
}

// maxFreed bounds the freed pages that a CPU remembers for the oracle; those beyond are not looked at.
const maxFreed = 1024

// remember notes the pages of a handle that is being freed, for UnmapAliases. A workload that calls it maps pages of its own on
// each CPU.
func (e *Env) remember(h *Handle) {
	kva, asked := h.buf.KVA()
	if !asked || e.live != nil {
		return
	}
	for i := 0; i < h.buf.Len() && len(e.freed) < maxFreed; i++ {
		e.freed = append(e.freed, freed{kva + mmu.KVA(i), h.buf.PageAt(i)})
	}
}

// unmapsAliases reports whether the design can drop aliases.
func (e *Env) unmapsAliases() bool { return e.cell.Design != nil && e.cell.Design.UnmapsAliases }

// UnmapAliases drops the translations that freed mappings have left behind (Needs.Unaliases). Under the virtual clock the oracle
// then looks at every page that this CPU has freed since the last call.
func (e *Env) UnmapAliases() {
	e.cell.Alloc.(allocators.Unaliaser).UnmapAliases(e.cpu)
	for _, f := range e.freed {
		e.cell.Machine.CheckAlias(e.cpu, f.kva, f.pg)
	}
	e.freed = e.freed[:0]
}
