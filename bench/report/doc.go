// Package report shows result files to people: as one self-contained page, as Markdown, as SVG and PNG files. Results
// come from files only, from one or many, virtual and live; the same files give the same bytes. The way through it:
//
//	read.go      result files in, bounded and checked; name.go takes a cell's name apart
//	panel.go     cells grouped: a panel is one workload on one machine, a curve one design with its tunables
//	point.go     the repetitions of a cell: median, mean, least and greatest
//	usl.go       the Universal Scalability Law, fitted to a curve
//	judge.go     who wins at which number of CPUs; verdict.go and reason.go say it in words
//	caveats.go   what to doubt
//	style.go     colour, dash and marker of a design: from its fixed place in the list
//	figure.go    a figure is a drawing, a table and the commands that make it again; svg.go and draw.go draw it
//	xy.go        curves over CPUs or over a tunable; bars.go, ranges.go, heat.go the other kinds
//	panelfig.go  the figures of a panel; heatfig.go those of a machine
//	choose.go    a panel of some curves, two cells side by side: for pages that are asked
//	page.go      HTML; markdown.go Markdown; files.go SVG and PNG
//
// Nothing here is safe for concurrent use, but finished Results may be read by many.
package report
