// Package shard divides a grid of cells among programs that need not know of each other, and puts their results together.
//
//	deal.go      which cells belong to which shard, by their predicted cost
//	number.go    the shard's number, as a flag gives it or the scheduler of a cluster
//	file.go      the file of a shard, which is complete or absent
//	journal.go   a shard while it runs: it can be killed at any moment and run again, also twice at once
//	set.go       all shards of a grid, checked
//
// Cells that are compared to decide whether they run again (report.Refine) stay in one shard, so that every decision is the
// same as in a run that is not divided.
package shard
