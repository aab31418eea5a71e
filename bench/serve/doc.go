// Package serve shows a folder of results in the browser, on pages made by package report. Its own pages have no
// scripts; those of pprof do.
//
//	server.go    the addresses, time limits, start and clean stop
//	guard.go     rejects requests by Host, Origin, method and size, and limits what a page may load
//	folder.go    the folder, through os.Root: nothing outside of it is read or written; files are cached
//	show.go      the results page: workload, machine, unit, designs; and two cells side by side
//	sweeps.go    the form for a sweep and its bounds; run.go runs it
//	profiles.go  pprof's web UI for every profile in the folder; mount.go sets it up, for one profile or a difference
//	page.html    the pages
//
// It runs no commands, saves no configuration and reads no source: it refuses those pages of pprof. A Server is safe
// for concurrent requests.
package serve
