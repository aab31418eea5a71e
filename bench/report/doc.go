// Package report decides who wins and shows it. There is one judge, judge.go, and every output is a writer of its
// verdicts: the terminal tables of lwbench sweep, Markdown, one self-contained HTML page, SVG and PNG files, and the
// pages of lwbench serve. Equal results give equal bytes.
//
// The rules of the judge: a cell's figure is the median of its repetitions. The cheapest cell wins, unless another is
// within 2 % of it or their ranges overlap: then they tie. Cells with wrong answers, cells that are not steady,
// starve or share host cores, and designs with a declared fault are not ranked. There is no winner if an unsteady
// cell could still win.
//
//	read.go        results in, from files or from a sweep
//	panel.go       groups cells: a panel is one workload on one machine, a curve one design with its tunables, a point one
//	               cell (point.go) with its repetitions
//	judge.go       ranks the points of a contest; refine.go selects cells to run again
//	verdict.go     the verdict in sentences, with reign.go (where the lead changes hands), reason.go and why.go
//	summary.go     the same over all workloads of a machine, with overview.go, leaders.go, fragile.go, suggest.go
//	axis.go        costs along a tunable or parameter
//	terminal.go    text for a terminal: tables, with axisterminal.go (lines along an axis) and screen.go (the overview)
//	markdown.go    Markdown; page.go HTML; files.go SVG and PNG
//	caveats.go     the limits of the results
//	figure.go      a figure is a drawing, its table and the commands that reproduce it; svg.go and style.go draw it
//	xy.go          curves over CPUs or over a tunable; bars.go, ranges.go, heat.go, scatter.go are the other kinds of figure
//	panelfig.go    the figures of a panel, with latency.go and exposure.go; heatfig.go those of a machine; usl.go fits the Universal Scalability Law
//	choose.go      selections for interactive pages: some curves, two cells
//
// Nothing here is safe for concurrent use, except that finished Results may be read concurrently.
package report
