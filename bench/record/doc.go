// Package record reads and writes the result files of lwbench; no other package knows their format. A file is in the
// Go benchmark format (golang.org/x/perf/benchfmt), so that benchstat reads it. The first line is a comment with the
// command that reproduces it:
//
//	# made by: lwbench sweep --alloc sfbuf --workload xio --cpus 4
//	# regenerate, do not edit
//	Unit cycles/op assume=exact
//	Unit cycles/op better=lower
//	engine: virtual
//	machine: haswell-2s
//
//	BenchmarkXio/alloc=sfbuf/cpus=4 4000 902.8 cycles/op 0.02 shootdowns/op …
//
//	name.go        the name of a cell, and file names derived from it
//	result.go      one repetition of a cell, typed
//	units.go       the measured quantities; liveunits.go those of real threads
//	writer.go      writes results one at a time; output.go manages the file, resumes an interrupted one and puts its cells in order
//	line.go        a cell in a file: figures, or why there are none
//	reader.go      reads a complete file, with bounds and checks
//
// Only Output.Keep is safe for concurrent use.
package record
