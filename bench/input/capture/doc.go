// Package capture reads recordings of a running kernel: the output of the bpftrace and DTrace programs in
// scripts/capture, perf script and ftrace text of the same probes, and of the tracepoint tlb:tlb_flush. It converts
// them to an ops trace (package ops), or to a summary: pages of a mapping, how long it is held, on which CPU it ends,
// how often a page is mapped again.
//
// A format (lines.go, perf.go) gives one event per line. Read keeps a bounded number of them and sorts them by time;
// match.go matches each mapping with its end; summary.go and ops.go write the results.
package capture
