package workload

import (
	"lwbench/allocators"
)

// exec is W3: it maps the first page of an image and holds it for the whole activation, including sleeps for the
// disk.
func exec() *Workload {
	return &Workload{
		Name: "exec",
		Doc:  "the first page of an image, its header read many times, held for milliseconds with disk sleeps (exec_map_first_page)",
		Params: []Param{
			{Name: "exec.reads", Doc: "reads of the header", Kind: Int, Default: "12", Min: 1, Max: 10000},
			{Name: "exec.hold", Doc: "cycles for which the mapping is held, asleep on the disk", Kind: Int, Default: "4000000", Min: 0, Max: 1e12},
			{Name: "exec.images", Doc: "distinct images on the machine", Kind: Int, Default: "64", Min: 1, Max: 1e6},
			{Name: "exec.work", Doc: "cycles of the rest of exec, on average", Kind: Int, Default: "100000", Min: 0, Max: 1e12},
			gapParam("exec"),
		},
		Needs: func(*Cell) Needs { return Needs{Sleeps: true} },
		Setup: func(cell *Cell) (Body, error) {
			reads, images := cell.int("exec.reads"), cell.int("exec.images")
			hold, work := cell.cycles("exec.hold"), cell.cycles("exec.work")
			first := cell.Machine.AddPages(images)
			return func(e *Env) error {
				for e.Next() {
					pg := cell.Machine.Page(first + e.Rand().IntN(images))
					h, err := e.Alloc(pg, allocators.Private)
					if err != nil {
						return err
					}
					for i := range reads {
						e.Copy(h, 64, false)
						if i == 0 {
							e.Idle(hold)
							e.CPU().SwitchAddressSpace() // the new image's address space
						}
					}
					e.Free(h)
					e.Gap(work)
				}
				return nil
			}, nil
		},
	}
}
