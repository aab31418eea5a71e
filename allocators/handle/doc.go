// Package handle implements the rules by which every harness holds a buffer of an allocator: it asks for the address
// on each CPU, declares to the oracles which page the buffer maps while it is allocated, and reports its mask to
// probes. Workloads (package workload), ops traces (package ops) and the schedule search (package interleave) use it,
// so that an alloc, an access and a free mean the same in all of them.
package handle
