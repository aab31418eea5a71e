package workload

import (
	"errors"
	"io"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// dealBacklog is how many items are read ahead, over all CPUs, while another CPU's turn is looked for.
const dealBacklog = 4096

// dealer deals the items of an input file out to the CPUs, in one pass. It holds a bounded number of items: a CPU that
// finds only others' items waits until they have taken theirs.
type dealer[T any] struct {
	gate   smp.Gate // guards all
	queue  [][]T    // by CPU
	queued int
	ended  bool
	err    error // why the input ended early, or nil
	// read returns the next item and the CPU that it is for; io.EOF at the end.
	read func() (item T, cpu int, err error)
}

// next returns the next item for the CPU, or why there is none.
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

// failure returns why the input ended early, or nil.
func (d *dealer[T]) failure(c *mmu.CPU) error {
	c.Enter(&d.gate)
	defer c.Leave(&d.gate)
	return d.err
}
