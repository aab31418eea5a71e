package shard

import "lwbench/bench"

// Predict estimates what a cell costs the host, in arbitrary units. It decides only which shard a cell belongs to.
//
// Of the default sweep (60 CPU seconds) the cost of a workload's cells grows about as the number of CPUs, and differs
// by how long they take until they are steady. With a given number of operations the workloads are alike.
func Predict(c *bench.Cell) float64 {
	cpus := float64(c.CPUs)
	if c.Until == nil {
		return float64(c.Ops+c.Warmup) * cpus * (1 + cpus/64)
	}
	switch c.Workload.Name {
	case "sendfile":
		return 15 * cpus
	case "memdisk":
		return 9 * cpus
	case "synthetic":
		return 6 * cpus
	case "stray":
		return 4.7 * cpus
	case "zeroidle", "vpagetable":
		return cpus
	case "exec":
		return 0.5 * cpus
	}
	return 2.5 * cpus
}
