// Package lab times operations on the host: short samples on pinned threads, while other threads or helper processes
// are known to run, without the samples that a context switch disturbed.
//
// Files: lab_linux.go runs threads and takes samples, beside_linux.go keeps other CPUs busy, window_linux.go is a
// range of reserved addresses for mappings, series.go estimates from samples, noise.go judges whether the host was
// idle, topology.go the distances between its CPUs. All of it needs Linux.
package lab
