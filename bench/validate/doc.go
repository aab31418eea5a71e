// Package validate compares the simulated machine with published measurements.
//
// Each published table is one YAML file here: its source, the cells to run, an expression over their results for each
// published value, the tolerance of the prediction, whether the machine file was fitted to that value (then it is no
// evidence), and the part of the published work that the model does not cover. A new table is one file and needs no
// code. `lwbench validate` runs them all; it also accepts a user's own file.
//
//	source: "FreeBSD commit 7cd53fdda8, March 2004: md(4) on sf_bufs, dd of 128 MiB"
//	read: the commit message                  # what was read; "second-hand: LATR quotes it" if not the source itself
//	machine: p4xeon-2004                      # of every cell that names none
//	not-claimed: what the model leaves out    # required: a published figure always covers more than the model
//	cells:
//	  warm: {alloc: sfbuf, workload: memdisk, cpus: 1, set: {sfbuf.nsfbufs: 4096}, param: {memdisk.pages: 512}}
//	  many: {loop: shootdown, cpus: 16, param: {pages: 4}, with: {ipi.ack: 60}}
//	rows:
//	  - {name: naive / warm, value: naive.cycles / warm.cycles, unit: x, published: 1.70, within: 25%}
//	  - {name: a shootdown, value: many.ns / 1000, unit: us, published: 6, within: 2x, why-off: "another processor"}
//	order:
//	  - {why: the cache saves the map, rows: [warm, cold, naive]}
//
// A cell is a design under a workload, as in lwbench run, or a loop: a few lines that use the machine's primitives
// directly, for measurements without an allocator (see loop.go for their names and parameters). "with" changes
// figures of the machine. Its units are those of result files under names that are valid in expressions: without
// "/op", and with "_" for characters other than letters and digits: cycles, ipis, lock_wait_cycles; and two derived
// ones, ns (per operation, from cycles) and ops_s (operations per second on all CPUs together). Expressions are those
// of github.com/expr-lang/expr.
//
// The unit x is a ratio; a prediction on the other side of 1 is a reversed order. A published value may be a range,
// [3, 7]. A row without a value gives in why-off the reason why the model predicts none. "within" is a percentage or
// a factor, both up and down. An order lists rows by rising published value.
//
// Files: table.go (a table and its reader), loop.go and loops.go (loops), cell.go (running cells), judge.go
// (verdicts), text.go (the terminal and Markdown).
package validate
