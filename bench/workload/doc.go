// Package workload holds the patterns in which kernels map pages for a moment, and the Env that each of them drives a
// design through. A new workload is one file and one line in All.
//
// The files: workload.go (what a workload is, what a cell is, what comes out), params.go (its knobs), env.go and
// handle.go (one CPU's view: allocate, touch, free, counted and watched by the oracles), run.go (one cell from setup to
// outcome), histogram.go (cycles of an operation), zipf.go (popularity), peers.go (the
// end of a run in which CPUs serve one another: the one place for what they share); then one file a workload: xio, exec,
// pipe, sendfile, accesslog, stray, memdisk, umtx, vpagetable, zeroidle, synthetic, ops.
//
// An operation is one alloc-use-free. Its cycles are those of its alloc, kva, use and free, on whichever CPU they ran; the
// time for which a mapping is merely held is not part of them.
package workload
