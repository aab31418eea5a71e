// Package plan turns what a user asks for into a grid of cells. Options are the flags of lwbench sweep, or a sweep file;
// Resolve checks them against the lists of designs, workloads and machines, and fills in the defaults; Grid.Cells returns
// the product.
//
//	options.go     the flags and keys
//	sweepfile.go   reads a sweep file; sweepcheck.go checks the type of each key's value
//	resolve.go     checks names and ranges; once.go removes duplicates
//	grid.go        the cells
//	expect.go      what a sweep file expects of its results
//
// A sweep file holds the same keys as the flags of lwbench sweep, and two more:
//
//	why: the question, and what the answer means
//	alloc: [naive, sfbuf, lwbuf]
//	workload: [xio]
//	cpus: [1, 8, 64]
//	kva: [4096, 69632]                   # pages of the KVA window
//	set: {sfbuf.nsfbufs: [64, 1024]}     # a list makes a dimension
//	param: {xio.pages: [8]}
//	expect:
//	  - "lwbuf: stale = 0"
//	  - "lwbuf on xio at 64: cycles/op < sfbuf"
//	  - "sfbuf on xio with sfbuf.nsfbufs=64: reuse < 0.5"
//
// An expectation is DESIGN [on WORKLOAD] [at CPUS] [with KEY=VALUE]…: UNIT OP NUMBER|DESIGN, where OP is one of < <= =
// >= >. KEY is a tunable, a parameter, or machine. It is about the cells of the file: flags may leave out some and add
// others, which are not checked. If they leave none, lwbench sweep says so. It holds if at least one cell matches and
// it holds for every cell that matches. A design on the right is its value in the cell that is otherwise the same.
package plan
