// Package bench runs cells and records them. The data's way through it, in one direction:
//
//	flags or a sweep file   options.go, sweepfile.go   what the user wrote
//	                        sweepcheck.go              in the shape that each key takes
//	grid                    resolve.go, once.go,       checked against the lists of designs, workloads, machines
//	                        grid.go
//	runner                  runner.go, cell.go         a fresh machine for each cell, cells side by side on host cores
//	record                  record.go, units.go        the Go benchmark format, cell by cell, in grid order
//	for people              table.go, sample.go,       who wins, by how much
//	                        label.go
//	                        curve.go, curvetext.go     the same along a tunable or parameter of three values or more
//	                        why.go                     one line saying why
//	checks                  expect.go                  what a sweep file expects of its results
//
// The package never imports a design: whoever calls it passes the list in. Results do not depend on how many cells run
// side by side. Nothing here is safe for concurrent use but what says so.
//
// A sweep file holds the same keys as the flags of lwbench sweep, and two more:
//
//	why: what is asked, and what the answer means
//	alloc: [naive, sfbuf, lwbuf]
//	workload: [xio]
//	cpus: [1, 8, 64]
//	set: {sfbuf.nsfbufs: [64, 1024]}     # a list makes a dimension
//	param: {xio.pages: [8]}
//	expect:
//	  - "lwbuf: stale = 0"
//	  - "lwbuf on xio at 64: cycles/op < sfbuf"
//	  - "sfbuf on xio with sfbuf.nsfbufs=64: reuse < 0.5"
//
// An expectation is DESIGN [on WORKLOAD] [at CPUS] [with KEY=VALUE]…: UNIT OP NUMBER|DESIGN, OP one of < <= = >= >. It
// holds if it holds for every cell that it names, and there is one; a design on the right stands for its value in the cell
// that is otherwise the same.
package bench
