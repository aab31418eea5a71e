// Package compare holds result files against each other, as benchstat does and with its engine (benchproc, benchmath,
// benchunit of golang.org/x/perf), and says what benchstat leaves to the reader: which change is better, which cells are
// on one side only, which the geometric mean left out, and what a script is to make of it.
//
// options.go is what may be asked, read.go takes the files in and refuses what is none, keys.go checks every key that an
// expression names and lists.go its lists of values, build.go sorts the results into tables, table.go is a table and what
// its cells say, mean.go its last row, missing.go the cells that are on one side only, choose.go which units are shown.
// text.go lays a table out; export.go writes Markdown, CSV, HTML and JSON.
package compare
