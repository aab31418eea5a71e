package workload

import (
	"errors"
	"fmt"
	"io"

	"lwbench/allocators"
	"lwbench/bench/input"
	"lwbench/bench/input/blocktrace"
	"lwbench/mmu"
)

const (
	maxDisks   = 1 << 16 // limit of disk names in a trace
	dryIdle    = 100000  // cycles that a unit without a request waits while others have too many
	tracedPage = 4096    // bytes
)

// piece is the part of a traced request that one unit serves.
type piece struct {
	disk         uint32
	write        bool
	offset, size int64 // bytes
}

// traceDisks serves a block trace. A disk is a unit; units go to the CPUs in the order of their first request. With
// memdisk.stripe a disk is cut into stripes, which are units. A CPU keeps a number of pages of its disks in memory
// and evicts the least recently used one. A page that is not in memory is swapped in, unless all of it is written.
type traceDisks struct {
	deal        dealer[piece]
	log         *blocktrace.Reader
	cpus        int
	stripe      int64 // bytes; 0: none
	swapin, gap mmu.Cycles
	pages       []*residents // by CPU
	disks       map[string]uint32
	rest        piece // of the last request, not handed out yet
	main        majority

	reads, writes int
}

func openTrace(cell *Cell) (*blocktrace.Reader, error) {
	lines, err := cell.files().Lines(cell.text("memdisk.file"))
	if err != nil {
		return nil, err
	}
	return blocktrace.Open(lines, cell.text("memdisk.format"))
}

// checkTrace reads the trace up to its first request.
func checkTrace(cell *Cell) error {
	log, err := openTrace(cell)
	if err != nil {
		return err
	}
	var r blocktrace.Request
	if err = log.Next(&r); errors.Is(err, io.EOF) {
		return noBlocks(cell.text("memdisk.file"), log)
	}
	return err
}

// noBlocks is the error for a trace without requests.
func noBlocks(name string, log *blocktrace.Reader) error {
	return fmt.Errorf("%s: none of its lines (%d) is a read or a write (read as %s); --param memdisk.format= names another format",
		input.Title(name), log.Line(), log.Format())
}

func setupTrace(cell *Cell) (Body, error) {
	log, err := openTrace(cell)
	if err != nil {
		return nil, err
	}
	d := &traceDisks{
		log: log, cpus: cell.Machine.NCPU(), stripe: int64(cell.int("memdisk.stripe")) * tracedPage,
		swapin: cell.cycles("memdisk.swapin"), gap: cell.cycles("memdisk.gap"),
		disks: make(map[string]uint32),
	}
	d.deal = dealer[piece]{queue: make([][]piece, d.cpus), read: d.read}
	most := cell.int("memdisk.pages")
	for range d.cpus {
		d.pages = append(d.pages, newResidents(cell.Machine.AddPages(most), most))
	}
	cell.Notes = d.notes
	return d.deal.body(d.body, func() error {
		if d.reads+d.writes == 0 {
			return noBlocks(cell.text("memdisk.file"), log)
		}
		return nil
	}), nil
}

// read returns the next piece and its CPU.
func (d *traceDisks) read() (piece, int, error) {
	if d.rest.size == 0 {
		var r blocktrace.Request
		if err := d.log.Next(&r); err != nil {
			return piece{}, 0, err
		}
		disk, known := d.disks[string(r.Disk)]
		if !known {
			if len(d.disks) == maxDisks {
				return piece{}, 0, fmt.Errorf("line %d: the trace names more than %d disks: is that the column of the disk?", d.log.Line(), maxDisks)
			}
			disk = uint32(len(d.disks))
			d.disks[string(r.Disk)] = disk
		}
		if r.Write {
			d.writes++
		} else {
			d.reads++
		}
		d.main.add(r.Disk)
		d.rest = piece{disk: disk, write: r.Write, offset: r.Offset, size: r.Size}
	}
	p, unit := d.rest, int64(d.rest.disk)
	if d.stripe > 0 {
		unit += p.offset / d.stripe
		p.size = min(p.size, d.stripe-p.offset%d.stripe)
	}
	d.rest.offset += p.size
	d.rest.size -= p.size
	return p, int(unit % int64(d.cpus)), nil
}

// body is one unit's thread.
func (d *traceDisks) body(e *Env) error {
	own := d.pages[e.CPU().ID()]
	for {
		p, state := d.deal.next(e.cpu)
		switch state {
		case ended:
			return nil
		case dry:
			e.Idle(dryIdle)
			continue
		}
		e.Gap(d.gap)
		for p.size > 0 {
			n := min(p.size, tracedPage-p.offset%tracedPage)
			page, resident := own.touch(p.disk, p.offset/tracedPage)
			h, err := e.Alloc(e.cell.Machine.Page(page), allocators.Private)
			if err != nil {
				return err
			}
			if !resident && (!p.write || n < tracedPage) {
				e.Idle(d.swapin)
			}
			e.Copy(h, int(n), p.write)
			e.Free(h)
			p.offset += n
			p.size -= n
		}
	}
}

func (d *traceDisks) notes() []string {
	hits, touched := 0, 0
	for _, r := range d.pages {
		hits += r.hits
		touched += r.touched
	}
	notes := []string{
		"read as " + d.log.Format(),
		fmt.Sprintf("%d lines: %d reads and %d writes to %d disks, %d other records; %d of %d pages touched were in memory",
			d.log.Line(), d.reads, d.writes, len(d.disks), d.log.Other, hits, touched),
	}
	if share, _ := d.main.share(); share >= oneSided && d.cpus > 1 && d.stripe == 0 {
		notes = append(notes, fmt.Sprintf("one disk takes %.0f %% of the requests: one CPU does its work; memdisk.stripe=256 spreads a disk over all", share*100))
	}
	return append(notes, d.log.Rejects.Notes(d.log.Line())...)
}
