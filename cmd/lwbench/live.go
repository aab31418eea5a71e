package main

import (
	"fmt"
	"io"

	"lwbench/bench"
	"lwbench/internal/texttab"
)

// showLive prints everything that a cell measured on real threads.
func showLive(w io.Writer, r *bench.Result) {
	o, l := r.Out, r.Out.Live
	fmt.Fprintf(w, "%s on %s, real threads, seed %d\n", r.Cell.Name(), r.Cell.Machine.Name, r.Cell.Seed)
	fmt.Fprintf(w, "%s in %.3f ms; their own times are those of %d of them\n", texttab.Count(o.Ops, "operation"), l.Elapsed*1e3, l.Timed)
	if l.Pinned {
		fmt.Fprintf(w, "pin: core; pinned threads were switched away from %s; load %.1f\n", texttab.Count(l.Descheduled, "time"), l.Load)
	} else {
		fmt.Fprintf(w, "pin: none (%s): no claim about scaling; load %.1f\n", l.Why, l.Load)
	}
	_ = figures(w, o, r.Cell.Engine.Units).Flush()
}
