// Package here compares the model with the MMU of the host that it runs on. A window of reserved addresses over a
// file in memory represents a kernel's window of KVA in user space: mapping a page there is mmap, unmapping it
// replaces it by a mapping without access, and every CPU on which a thread of the process runs is interrupted when a
// present page is removed.
//
// The patterns (patterns.go) are written once and run twice: on real threads (real_linux.go), and on the virtual
// engine with the host's machine file (sim.go). Only the remote part, the waiting for the kernel's lock and the
// interaction of several threads are predicted. The costs of system calls and faults are not part of the model: they
// are measured on one thread while no other of the process runs (costs_linux.go), and charged as work.
//
// Both are measured in rounds (rounds.go), so that a host that changes its pace does so for a prediction and its
// measurement alike.
//
// The model does not include the kernel's own data (VMAs, the page cache, reference counts), whose lines also move
// between CPUs.
package here
