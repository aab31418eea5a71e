// Package handle is what every harness needs to hold a buffer of an allocator by the rules: it asks for the address on each
// CPU, declares to the oracles which page the buffer maps while it is allocated, and reports its mask to probes. Workloads
// (package workload), ops traces (package ops) and the schedule search (package interleave) hold buffers through it, so
// that all of them mean the same by an alloc, an access and a free.
package handle
