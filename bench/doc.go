// Package bench runs cells: one design under one workload on one machine. A cell names its Engine, which is either virtual
// time, where figures are exact, or real threads; RunCells runs many cells in parallel and delivers their results in order.
//
// The packages around it, in the order in which data flows:
//
//	bench/plan      flags or a sweep file in; a checked grid of cells out
//	bench           runs each cell on a fresh machine
//	bench/store     results under keys: a cache of cells
//	bench/shard     a grid divided among hosts, and put together again
//	bench/record    the result file: names, units, reader, writer
//	bench/report    who wins, by how much, and why; as text, Markdown, HTML, SVG
//	bench/compare   two result files
//	bench/profile   where the cycles of a cell went
//	bench/serve     all of it in a browser
//
// The package never imports a design: callers pass designs in. Results do not depend on how many cells run in parallel.
// Only functions that say so are safe for concurrent use.
package bench
