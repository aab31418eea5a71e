// Package here tries the model against the MMU of the host that it runs on. A window of reserved addresses over a file in
// memory is a kernel's window of KVA in user space: mapping a page there is mmap, unmapping it is a mapping without access
// in its place, and every CPU on which a thread of the process runs is interrupted when a present page goes.
//
// The patterns (patterns.go) are written once and run twice: on real threads (real_linux.go), and on the virtual engine
// with the host's machine file (sim.go). Only the remote part, the waiting for the kernel's lock and the running together
// of several threads are predicted. What a system call and a fault cost by themselves is no business of the model: it is
// measured on one thread, with nothing else of the process running (costs_linux.go), and charged as work.
//
// What the model does not hold: the kernel's own data (VMAs, the page cache, reference counts), whose lines move between
// CPUs as well.
package here
