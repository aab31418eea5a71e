// Package calibrate measures the machine that it runs on, from user space and without privileges, and writes a
// machine file: clock, topology, TLB, cache-line transfers, locks, copies, and the cost of a TLB shootdown.
//
// A probe is one file: line_linux.go passes a cache line between two threads, shootdown_linux.go removes mappings
// while other threads run. A probe produces figures; each has a median, its spread, and a sentence that describes the
// measurement. figures.go converts them to the keys of machine files, which are in cycles. Figures that user space
// cannot measure are copied, with a note, from the embedded machine with the nearest processor (nearest.go).
//
// Method:
//
//   - Threads are pinned, one for each host CPU, and get their affinity back.
//   - A sample is short (tens of microseconds). It is dropped if the kernel switched away from one of its threads. The
//     figure is the median of the others; its spread is their median distance from it, over the median.
//   - All probes run in several passes, and a figure is the median over the passes that others did not disturb (passes.go).
//   - A thread that is to be interrupted publishes the time in a shared line in a loop; an operation starts only when
//     that time is fresh. Without this a descheduled thread makes shootdowns look up to seven times too cheap.
//   - The remote part of a shootdown is the difference between the operation with running threads of this process and
//     with running processes, which need no IPI.
//
// The run itself determines whether the host was idle enough for reliable figures (lab/noise.go, noise.go). Linux
// only: on macOS and FreeBSD an unprivileged process cannot pin a thread, or remove a mapping on one CPU with a
// measurable effect.
package calibrate
