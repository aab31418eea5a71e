// Package host is what the live engine needs of the machine that it really runs on: threads pinned to its CPUs, its clock,
// words in cache lines of their own, a lock to spin on and a place to park. It knows nothing of what is simulated.
//
// The rooms: threads.go (a body on each thread, and what becomes of a panic), cpus.go (which CPUs may be used: affinity
// mask and cgroup quota; linux files do it, others run unpinned), clock.go,
// word.go, release_*.go (a store that is no locked instruction), lock.go, spin_* (the CPU's pause), park.go.
//
// It is the one room on the ground floor that may see real time and real threads: the virtual engine never comes here.
package host
