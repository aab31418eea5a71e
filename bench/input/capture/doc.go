// Package capture reads what was recorded on a running kernel: the output of the bpftrace and DTrace programs in
// scripts/capture, perf script and ftrace text of the same probes, and of the tracepoint tlb:tlb_flush. It turns that into
// an ops trace (package ops), or into a summary: pages of a mapping, how long it is held, on which CPU it ends, how
// often a page is mapped again.
//
// A format (lines.go, perf.go) gives one event a line; Read keeps a bounded number of them and sorts them by time;
// match.go pairs each mapping with its end; summary.go and ops.go write down what came out.
package capture
