// Package workload holds the patterns in which kernels map pages temporarily, and Env, through which they drive a
// design. A new workload is one file and one line in All.
//
// Files: workload.go (workloads, cells, outcomes), params.go (parameters), env.go and handle.go (one CPU's view:
// allocate, touch, free, counted and checked by the oracles), run.go (one cell from setup to outcome), histogram.go
// (cycles of an operation), zipf.go (popularity), peers.go (the end of a run in which CPUs serve one another); and
// one file for each workload: xio, exec, pipe, sendfile, accesslog, stray, memdisk, umtx, vpagetable, zeroidle,
// synthetic, isolated, ops.
//
// An operation is one alloc-use-free. Its cycles are those of its alloc, kva, use and free, on whichever CPU they
// ran; they do not include the time for which a mapping is only held.
package workload
