// Package alloctest is the contract that every design passes, in a test of ten lines: Run. It drives the design on small
// machines of round prices (spec.go), step by step (serial.go) and in random programs on several CPUs at once
// (random.go), with both oracles watching, and runs the stories under allocators/testdata (stories.go).
//
// A design that declares a fault must show it: some random program has to find it.
package alloctest
