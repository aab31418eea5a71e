// Package compare compares result files as benchstat does, with its engine (benchproc, benchmath and benchunit of
// golang.org/x/perf). It adds what benchstat leaves to the reader: which changes are improvements, which cells are in
// one file only, which cells the geometric mean leaves out, and an exit status for scripts. Cells with wrong answers
// are marked and never count as better.
//
//	options.go   the user's options
//	read.go      reads and checks the files
//	keys.go      checks every key of an expression; lists.go its lists of values
//	build.go     sorts the results into tables
//	table.go     a table and the verdicts of its cells; mean.go its last row
//	missing.go   the cells that are in one column only
//	choose.go    the units that are shown; summary.go counts their changes
//	text.go      text for a terminal; export.go Markdown, CSV, HTML and JSON
package compare
