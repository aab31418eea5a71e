// Package alloctest is the contract that every design passes, in a test of ten lines: Run. It drives the design on small
// machines of round prices, with both oracles watching. Two tests look at all designs together: Stories, the scripts with
// a verdict under allocators/testdata, and Histories, which compares what the callers of all designs live through.
//
// A design that declares a fault must show it: some random program has to find it, and its history has to part from the
// others'.
//
// The rooms: contract.go (the clauses), abilities.go and sysctls.go (those for what only some designs can), waits.go
// (sleeping for a pool, leaks), serial.go (step by step: sharing, masks), random.go (programs on several CPUs at once),
// history.go, stories.go, exact.go (for exact counts and cycles), spec.go (the machine).
package alloctest
