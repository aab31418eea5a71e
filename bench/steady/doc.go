// Package steady decides which part of a run of virtual time counts, and how far its figures can be trusted.
//
// A run begins cold: caches are empty, KVA is still being taken from the kernel map under its lock, and queues fill. How
// long that lasts differs by design and workload from a few operations to hundreds of thousands, so a fixed warm-up
// measures the start-up of some designs and the steady state of others. A Watch is shown the whole machine at moments of its
// own choosing, and says when the window of counting begins and when it ends. All CPUs work before, in and after the window,
// which begins and ends at one moment for all of them. An operation counts in the window in which it ends; cycles count
// where they pass. Both rules are unbiased: what one window loses at its end, it has gained at its start.
//
// Until is the rule by default. It doubles the length of the run until the second quarter and the second half cost the
// same, the half has settled in its use of KVA, and its cost is known to the precision asked for. The window is that half.
// Rules that accept several successive windows in agreement were tried and accept quiet spells: they were wrong by up to
// 140 %. Comparing halves of a doubling run was wrong by 3 % at most (0.8 % in 19 cells of 20).
//
// Fixed is for a given warm-up and number of operations.
package steady
