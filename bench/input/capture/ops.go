package capture

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"lwbench/allocators"
	"lwbench/allocators/ops"
)

var errNoMappings = errors.New("the capture has no mappings: cannot write an ops trace")

// step is the start or the end of a mapping.
type step struct {
	at    int // position among the events
	index int // of the mapping
	end   bool
}

// WriteOps writes the mappings as an ops trace, each line after its time. Each page of a mapping is a separate alloc.
// The capture does not record who touched a page: each is read once by the CPU that maps it, and once more by the CPU
// that ends the mapping, if that is another. comment, one line, gives the source of the trace. A capture without
// mappings is an error.
func (c *Capture) WriteOps(w io.Writer, comment string) error {
	m := c.found
	if len(m.list) == 0 {
		return errNoMappings
	}
	var steps []step
	for i := range m.list {
		x := &m.list[i]
		steps = append(steps, step{x.beginAt, i, false})
		if !x.Open {
			steps = append(steps, step{x.endAt, i, true})
		}
	}
	slices.SortFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "lwbench-ops 1\n# %s\ncpus %d\npages %d\n", comment, m.CPUs, m.Pages)
	for _, s := range steps {
		x := &m.list[s.index]
		cpu, time := int(x.CPU), x.From
		if s.end {
			cpu, time = int(x.EndCPU), x.To
		}
		line := func(op ops.Op) {
			op.CPU = cpu
			fmt.Fprintln(out, &op)
		}
		line(ops.Op{Verb: ops.At, Work: time - m.begin})
		for k, page := range x.Pages {
			name := fmt.Sprintf("m%d", s.index)
			if len(x.Pages) > 1 {
				name = fmt.Sprintf("m%d.%d", s.index, k)
			}
			switch {
			case !s.end:
				line(ops.Op{Verb: ops.Alloc, Name: name, Page: page, Flags: x.flags()})
				line(ops.Op{Verb: ops.Load, Name: name})
			case x.EndCPU != x.CPU && !x.Private:
				line(ops.Op{Verb: ops.Load, Name: name})
				line(ops.Op{Verb: ops.Free, Name: name})
			default:
				line(ops.Op{Verb: ops.Free, Name: name})
			}
		}
	}
	return out.Flush()
}

// flags returns the flags of the alloc.
func (x *mapping) flags() (f allocators.Flags) {
	if x.Private {
		f |= allocators.Private
	}
	if x.NoWait {
		f |= allocators.NoWait
	}
	return f
}
