package workload

import (
	"fmt"

	"lwbench/allocators"
)

// Needs are the abilities that a workload requires of a design besides mapping a page on the CPU that uses it. A
// design that lacks one has no figures for the workload: it is not applicable.
type Needs struct {
	Moves     bool // a mapping is used or freed on another CPU than the one that allocated it
	Sleeps    bool // a CPU sleeps while it holds a mapping
	AnyOrder  bool // mappings of one CPU are not freed in reverse order of allocation
	Pages     int  // pages that one mapping must cover, if more than 1
	Unaliases bool // it drops the translations that freed mappings have left behind
}

// Lacks describes the ability that a design lacks for the workload with these parameters, or returns an empty string
// if it can run it.
func (w *Workload) Lacks(d *allocators.Design, values Values) string {
	n := w.needs(values)
	switch {
	case n.Moves && d.CPUPrivate:
		return "handles move between CPUs"
	case n.Sleeps && d.NoSleep:
		return "a CPU sleeps while it holds a mapping"
	case n.AnyOrder && d.CPUPrivate:
		return "mappings are not freed in reverse order"
	case n.Pages > max(1, d.MultiPage):
		return fmt.Sprintf("a mapping covers %d pages", n.Pages)
	case n.Unaliases && !d.UnmapsAliases:
		return "the workload drops the translations that freed mappings have left (vm_unmap_aliases), and the design has no call for that"
	}
	return ""
}

// needs returns Needs for these parameters.
func (w *Workload) needs(values Values) Needs {
	if w.Needs == nil {
		return Needs{}
	}
	return w.Needs(&Cell{Params: values})
}
