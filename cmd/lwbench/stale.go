package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"lwbench/bench"
	"lwbench/internal/texttab"
	"lwbench/mmu"
)

// printStale repeats the run, which is deterministic, and records the events of the address of the first stale
// access. It prints a trace that begins with the TLB fill of the stale entry.
func printStale(ctx context.Context, w io.Writer, c *bench.Cell, f mmu.Finding) error {
	p := &recorder{finding: f}
	if _, err := c.Run(ctx, p, nil); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	fmt.Fprintf(w, "\nthe first stale access: %s, at cycle %d\n", f.Text, f.At)
	start := 0
	for i, e := range p.events {
		if e.Kind == mmu.TLBFilled && e.CPU == f.CPU && e.Page == pageLike(f.Got, e.Page) {
			start = i
		}
	}
	// The trace begins with the PTE write of the mapping whose TLB entry became stale.
	for start > 0 && p.events[start].Kind != mmu.PTEWritten {
		start--
	}
	for _, e := range p.events[start:] {
		if line := describe(&e, f.CPU); line != "" {
			fmt.Fprintf(w, "  %12d  %s\n", e.At, line)
		}
	}
	fmt.Fprintf(w, "  %12d  cpu%d accesses %v through its TLB: it reaches %v, expected %v\n", f.At, f.CPU, f.KVA, f.Got, f.Want)
	return nil
}

// pageLike returns p if it is the page that want was in the first run, or nil. Each run has its own page objects.
func pageLike(want, p *mmu.Page) *mmu.Page {
	if want != nil && p != nil && want.ID() == p.ID() {
		return p
	}
	return nil
}

// recorder keeps the events of one address up to the finding.
type recorder struct {
	finding mmu.Finding
	events  []mmu.Event
	over    bool
}

// keep is the number of events that a recorder keeps.
const keep = 4096

// Event implements mmu.Probe.
func (p *recorder) Event(e *mmu.Event) {
	mine := e.KVA == p.finding.KVA || (e.Kind == mmu.TLBFlushed && e.CPU == p.finding.CPU)
	if p.over || !mine {
		return
	}
	if e.Kind == mmu.Found && e.CPU == p.finding.CPU && e.At == p.finding.At {
		p.over = true
		return
	}
	if len(p.events) == keep {
		p.events = append(p.events[:0], p.events[keep/2:]...)
	}
	p.events = append(p.events, *e)
}

// describe describes one event, or returns "" for an event that the trace does not need.
func describe(e *mmu.Event, victim int) string {
	switch e.Kind {
	case mmu.PTEWritten:
		return fmt.Sprintf("cpu%d sets the PTE of %v to %v by %s", e.CPU, e.KVA, e.Page, e.Note)
	case mmu.Allocated:
		return fmt.Sprintf("cpu%d allocates it for %v: %s", e.CPU, e.Page, e.Note)
	case mmu.KVACalled:
		return fmt.Sprintf("cpu%d asks for its address: %s", e.CPU, e.Note)
	case mmu.Freed:
		return fmt.Sprintf("cpu%d frees it", e.CPU)
	case mmu.TLBFilled:
		return fmt.Sprintf("cpu%d fills its TLB with %v", e.CPU, e.Page)
	case mmu.TLBInvalidated:
		return fmt.Sprintf("cpu%d invalidates its TLB entry", e.CPU)
	case mmu.TLBFlushed:
		if e.CPU == victim {
			return fmt.Sprintf("cpu%d flushes its TLB %s", e.CPU, e.Note)
		}
	case mmu.ShotDown:
		return fmt.Sprintf("cpu%d sends an invalidation to %s (%s)", e.CPU, texttab.Count(e.Targets, "other CPU"), e.How)
	}
	return ""
}
