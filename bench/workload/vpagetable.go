package workload

import (
	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// vpagetable is W6: a fault in a virtual kernel walks the page table that the virtual kernel keeps in its own memory
// (vm_fault_vpagetable). Each level is one page: mapped, one word read, the accessed bit set with an atomic OR,
// unmapped. The same few pages are walked again and again.
func vpagetable() *Workload {
	return &Workload{
		Name: "vpagetable",
		Doc:  "a virtual kernel's faults: each page-table level mapped, a word read and an atomic OR, unmapped (vm_fault_vpagetable)",
		Params: []Param{
			{Name: "vpagetable.levels", Doc: "page-table levels walked by a fault", Kind: Int, Default: "2", Min: 1, Max: 5},
			{Name: "vpagetable.tables", Doc: "page-table pages at each level below the first", Kind: Int, Default: "8", Min: 1, Max: 1e5},
			{Name: "vpagetable.shared", Doc: "1: all CPUs fault in one address space; 0: each in its own", Kind: Int, Default: "0", Min: 0, Max: 1},
			{Name: "vpagetable.gap", Doc: "cycles of the rest of a fault, and until the next, on average", Kind: Int, Default: "3000", Min: 0, Max: 1e9},
			gapParam("vpagetable"),
		},
		Setup: func(cell *Cell) (Body, error) {
			v := &vspaces{
				levels: cell.int("vpagetable.levels"), tables: cell.int("vpagetable.tables"),
				shared: cell.int("vpagetable.shared") == 1, gap: cell.cycles("vpagetable.gap"),
			}
			v.size = 1 + (v.levels-1)*v.tables
			n := v.size
			if !v.shared {
				n *= cell.Machine.NCPU()
			}
			v.first = cell.Machine.AddPages(n)
			v.entries = make([]smp.Line, n)
			return v.body, nil
		},
	}
}

type vspaces struct {
	levels, tables int
	shared         bool
	gap            mmu.Cycles
	size           int        // page-table pages of one address space
	first          int        // the machine's page number of the first of them
	entries        []smp.Line // the cache line of the entry that is read and set, one for each of these pages
}

func (v *vspaces) body(e *Env) error {
	own := 0
	if !v.shared {
		own = e.CPU().ID() * v.size
	}
	for level := 0; e.Next(); level++ {
		if level == v.levels {
			level = 0
		}
		at := own
		if level == 0 {
			e.Gap(v.gap)
		} else {
			at += 1 + (level-1)*v.tables + e.Rand().IntN(v.tables)
		}
		if err := v.visit(e, at); err != nil {
			return err
		}
	}
	return nil
}

// visit maps a page-table page, reads an entry and marks it as accessed.
func (v *vspaces) visit(e *Env, at int) error {
	h, err := e.Alloc(e.cell.Machine.Page(v.first+at), allocators.Private)
	if err != nil {
		return err
	}
	e.Load(h)
	e.Store(h)
	start := e.CPU().Now()
	e.CPU().Atomic(&v.entries[at])
	h.spent += e.CPU().Now() - start
	e.Free(h)
	return nil
}
