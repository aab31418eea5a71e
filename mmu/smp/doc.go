// Package smp simulates the CPUs of a machine and their time; it knows nothing of pages.
//
// Every simulated CPU is a coroutine with a clock in cycles. The CPU whose (clock, id) is the least runs, and each switches
// directly to the next, so a run is the same to the bit on any host. The rules that make it exact:
//
//  1. An ordered point (taking a lock, touching a shared line, sleeping, waking, starting a rendezvous) runs only while
//     its CPU's (clock, id) is the least of all that can run.
//  2. Local work may lead the least other clock by at most the run-ahead, the least IPI delivery latency: whatever
//     another CPU sends now takes effect no earlier than that. Sending therefore needs no ordered point, and dropping a
//     lock needs none: it records when the lock came free.
//  3. What has arrived at a CPU is handled before its next local step.
//  4. Waiting costs the same whichever way the host reached the moment.
//
// The rooms: cost.go, topology.go (prices, distances), cpuset.go; system.go (a machine and its run), sched.go and tree.go
// (who runs next), cpu.go (clock, critical sections, ordered points), profiler.go and callers_*.go (which code is charged),
// lock.go, line.go, word.go, sleep.go (the primitives that a design uses), irq.go, rendezvous.go, message.go and queue.go (what CPUs
// send each other), deadlock.go (the report of a deadlock), mark.go (looking at all CPUs at one moment); schedule.go (the third engine: a Scheduler chooses in the
// clock's place, and what its harness needs); live.go and its neighbours (the second engine: real threads, on package
// host). Nothing here may be called from outside a run but New, Run and the accessors of a finished
// System.
package smp
