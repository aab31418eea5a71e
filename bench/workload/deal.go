package workload

import (
	"errors"
	"io"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// dealBacklog is the number of items, over all CPUs, that may be read ahead of their CPU's turn.
const dealBacklog = 4096

// dealer distributes the items of an input file to the CPUs, in one pass. It holds a bounded number of items: a CPU
// that finds only items of other CPUs waits until they have taken theirs.
type dealer[T any] struct {
	gate   smp.Gate // guards all fields
	queue  [][]T    // by CPU
	queued int
	ended  bool
	err    error // why the input ended early, or nil
	// read returns the next item and its CPU; io.EOF at the end.
	read func() (item T, cpu int, err error)
}

// next returns the next item for the CPU, or the reason why there is none.
func (d *dealer[T]) next(c *mmu.CPU) (item T, state sourceState) {
	c.Enter(&d.gate)
	defer c.Leave(&d.gate)
	mine := &d.queue[c.ID()]
	for len(*mine) == 0 && !d.ended && d.queued < dealBacklog {
		d.fill()
	}
	switch {
	case len(*mine) > 0:
		item = (*mine)[0]
		*mine = (*mine)[1:]
		d.queued--
		return item, more
	case d.ended:
		return item, ended
	}
	return item, dry
}

// fill reads one item.
func (d *dealer[T]) fill() {
	item, cpu, err := d.read()
	if err != nil {
		d.ended = true
		if !errors.Is(err, io.EOF) {
			d.err = err
		}
		return
	}
	d.queue[cpu] = append(d.queue[cpu], item)
	d.queued++
}

// body returns the body of a workload that deals its input. It adds the error that ended the input early, and
// otherwise returns that of empty: an input without a request.
func (d *dealer[T]) body(serve Body, empty func() error) Body {
	return func(e *Env) error {
		err := serve(e)
		e.cpu.Enter(&d.gate)
		failed := d.err
		e.cpu.Leave(&d.gate)
		if failed != nil || err != nil {
			return errors.Join(err, failed)
		}
		return empty()
	}
}
