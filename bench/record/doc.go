// Package record is the result file of lwbench: the only place that knows its format. A file is in the Go benchmark format
// (golang.org/x/perf/benchfmt), so that benchstat reads it. The first line is a comment with the command that reproduces it:
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
//	name.go        the name of a cell, and the file name of something about it
//	result.go      one repetition of a cell, typed
//	units.go       what is measured; liveunits.go on real threads
//	writer.go      writes results one at a time; output.go manages the file and resumes an interrupted one
//	reader.go      reads a file whole, bounded and checked
//
// Nothing here is safe for concurrent use.
package record
