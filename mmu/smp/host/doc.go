// Package host is the live engine's interface to the host: threads pinned to CPUs, the clock, words in separate cache
// lines, a spinlock and a parker. It knows nothing of the simulation.
//
// Files: threads.go (a body on each thread, and panics), cpus.go (which CPUs may be used: affinity mask and cgroup
// quota; the linux files implement it, other systems run unpinned), clock.go, word.go, release_*.go (a store without
// a locked instruction), lock.go, spin_* (the CPU's pause instruction), park.go, counters*.go (hardware counters of a
// thread, and the host's count of shootdown IPIs).
//
// It is the only package below mmu that uses real time and real threads; the virtual engine never calls it.
package host
