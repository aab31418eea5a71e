// Package alloctest is the contract that every design must pass. A design's test calls Run, which drives it on small
// machines with round costs, with both oracles on. Two tests compare all designs: Stories runs the traces with a verdict
// under allocators/testdata, and Histories checks that all designs do the same for their callers.
//
// A design that declares a fault must show it: some random program must find it, and its history must differ from the
// others'.
//
// Files: contract.go (the clauses), abilities.go and sysctls.go (clauses for optional abilities), waits.go (sleeping for a
// pool, leaks), serial.go (step by step: sharing, masks), random.go (concurrent programs), history.go, stories.go, exact.go
// (exact counts and cycles), spec.go (the machine), guard.go (designs that loop or panic).
package alloctest
