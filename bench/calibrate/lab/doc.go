// Package lab times operations on the host that it runs on: short samples on pinned threads, beside other threads or
// processes of our own that are known to run, with the samples left out that a context switch has disturbed.
//
// lab_linux.go runs threads and takes samples, beside_linux.go keeps a CPU company, window_linux.go is a range of reserved
// addresses whose mappings come and go; series.go makes an estimate of samples, noise.go says whether the host was quiet,
// topology.go how far its CPUs are apart. Only Linux can do any of it.
package lab
