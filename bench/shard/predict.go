package shard

import "lwbench/bench"

// Predict estimates what a cell costs the host, in arbitrary units. It decides only which shard a cell belongs to.
func Predict(c *bench.Cell) float64 {
	ops := float64(c.Ops+c.Warmup) * float64(c.CPUs)
	if c.Until != nil {
		ops = float64(c.Until.Least)
	}
	return ops
}
