// Package calibrate measures the machine that it runs on, from user space and without privileges, and writes what it finds
// as a machine file: clock, topology, TLB, cache-line transfers, locks, copies, and what a TLB shootdown costs.
//
// A probe is one file: line_linux.go passes a cache line between two threads, shootdown_linux.go takes mappings away beside
// running threads. A probe produces figures; each has a median, its spread, and a sentence that says how it was measured.
// figures.go turns them into the keys of machine files, which are in cycles; what user space cannot measure keeps the
// figure of the embedded machine that is nearest in what was measured, and says so.
//
// How a figure is measured:
//
//   - Threads are pinned, one for each host CPU, and get their affinity back.
//   - A sample is short (tens of microseconds). It is dropped when the kernel switched away from one of its threads
//     meanwhile; the figure is the median of the rest, its spread their median distance from it, by the median.
//   - A thread that is to be interrupted publishes the time in a shared line, over and over; an operation begins only when
//     that time is fresh. Without this a descheduled thread makes shootdowns look up to seven times too cheap.
//   - The remote part of a shootdown is the difference between the operation beside running threads of this process and
//     beside running processes, which need no IPI.
//
// Whether the host was quiet enough to believe any of it is judged from the run itself (lab/noise.go, noise.go). Linux only: macOS and
// FreeBSD can neither pin a thread without privileges nor take a mapping away on one CPU in a way that shows.
package calibrate
