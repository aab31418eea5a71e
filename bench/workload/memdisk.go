package workload

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/bench/input/blocktrace"
	"lwbench/mmu"
)

// memdisk is W13: FreeBSD's md(4), a disk in swap-backed memory. Each unit has its own kernel thread, here one per
// CPU, which processes a request page by page: it maps the page for itself, sleeps with the mapping if the page has
// to be swapped in first, copies once and unmaps. The requests are random, or come from a block trace.
//
// A thread that sleeps in Alloc holds no mapping, and one that holds a mapping wakes without help: a pool of one is
// enough.
func memdisk() *Workload {
	return &Workload{
		Name:  "memdisk",
		Doc:   "a memory disk's thread: map a page, perhaps sleep for its swap-in, copy it, unmap; one unit per CPU (FreeBSD md(4))",
		Input: "memdisk.file",
		Params: []Param{
			{Name: "memdisk.pages", Doc: "pages of each unit's object; with a trace, pages in memory at once", Kind: Int, Default: "2048", Min: 1, Max: 1 << 18},
			{Name: "memdisk.order", Doc: "where requests begin", Kind: Text, Default: "random", Choices: []string{"random", "sequential"}},
			{Name: "memdisk.request", Doc: "pages in a request, one after another in the object", Kind: Int, Default: "4", Min: 1, Max: 256},
			{Name: "memdisk.swapped", Doc: "share of the pages that have to be swapped in", Kind: Float, Default: "0.02", Min: 0, Max: 1},
			{Name: "memdisk.swapin", Doc: "cycles of a swap-in, asleep with the mapping", Kind: Int, Default: "4000000", Min: 0, Max: 1e12},
			{Name: "memdisk.write", Doc: "share of the requests that write", Kind: Float, Default: "0.3", Min: 0, Max: 1},
			{Name: "memdisk.gap", Doc: "cycles of other work between requests, on average", Kind: Int, Default: "2000", Min: 0, Max: 1e9},
			gapParam("memdisk"),
			{Name: "memdisk.file", Doc: "a block trace to take the requests from, plain or compressed; - is standard input", Kind: Text},
			{Name: "memdisk.format", Doc: "format of the trace; auto detects it", Kind: Text, Default: "auto", Choices: blocktrace.Choices()},
			{
				Name: "memdisk.stripe", Doc: "pages of a traced disk before the next unit takes over, as gstripe(8) lays them; 0: a disk is one unit",
				Kind: Int, Default: "0", Min: 0, Max: 1 << 20,
			},
		},
		Check:      checkMemdisk,
		CheckInput: checkTrace,
		Needs:      func(c *Cell) Needs { return Needs{Sleeps: c.float("memdisk.swapped") > 0} },
		Setup: func(cell *Cell) (Body, error) {
			if cell.text("memdisk.file") != "" {
				return setupTrace(cell)
			}
			d := &disks{
				pages: cell.int("memdisk.pages"), request: cell.int("memdisk.request"),
				random:  cell.text("memdisk.order") == "random",
				swapped: cell.float("memdisk.swapped"), writes: cell.float("memdisk.write"),
				swapin: cell.cycles("memdisk.swapin"), gap: cell.cycles("memdisk.gap"),
			}
			d.first = cell.Machine.AddPages(cell.Machine.NCPU() * d.pages)
			return d.body, nil
		},
	}
}

// checkMemdisk rejects parameters that a trace overrides, and those that need a trace.
func checkMemdisk(v Values) error {
	refused, why := []string{"memdisk.format", "memdisk.stripe"}, "there is no trace: give memdisk.file"
	if v["memdisk.file"] != "" {
		refused, why = []string{"memdisk.order", "memdisk.request", "memdisk.swapped", "memdisk.write"}, "the trace of memdisk.file decides that"
	}
	for _, name := range refused {
		if _, given := v[name]; given {
			return fmt.Errorf("%s=%s: %s", name, v[name], why)
		}
	}
	return nil
}

type disks struct {
	pages, request  int
	random          bool
	swapped, writes float64
	swapin, gap     mmu.Cycles
	first           int
}

func (d *disks) body(e *Env) error {
	own := d.first + e.CPU().ID()*d.pages
	e.Warm(own, d.pages, true)
	at, left, write := 0, 0, false
	for e.Next() {
		if left == 0 {
			e.Gap(d.gap)
			left, write = d.request, e.Rand().Float64() < d.writes
			if d.random {
				at = e.Rand().IntN(d.pages)
			}
		}
		h, err := e.Alloc(e.cell.Machine.Page(own+at), allocators.Private)
		if err != nil {
			return err
		}
		if e.Rand().Float64() < d.swapped {
			e.Idle(d.swapin)
		}
		e.Copy(h, 4096, write)
		e.Free(h)
		at = (at + 1) % d.pages
		left--
	}
	return nil
}
