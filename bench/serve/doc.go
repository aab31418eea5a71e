// Package serve shows a folder of results in the browser: pages made by package report, live. It has no script of its own;
// pprof's pages bring theirs.
//
//	server.go    the addresses, time limits, start and clean stop
//	guard.go     who may ask: Host, Origin, methods, sizes; what a page may load
//	folder.go    the folder, through os.Root: nothing outside of it is read or written; what it has read is kept
//	show.go      the picker: workload, machine, unit, designs; and two cells side by side
//	sweeps.go    a sweep from the page: its bounds, its progress, its end; run.go runs it
//	profiles.go  pprof's web UI over every profile in the folder; mount.go makes it, of one profile or of a difference
//	page.html    the pages
//
// It runs no command, saves no configuration and reads no source: pprof's pages that would are refused. A Server may be
// used by many requests at once.
package serve
