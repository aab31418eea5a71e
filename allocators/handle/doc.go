// Package handle is what every harness needs to hold a buffer of an allocator by the rules: it asks for the address on each
// CPU, tells the oracles what the buffer promises while it lives, and tells probes what the buffer's mask said. Workloads
// (package workload), ops traces (package ops) and the schedule search (package interleave) hold buffers through it, so
// that all of them mean the same by an alloc, an access and a free.
package handle
