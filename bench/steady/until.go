package steady

import (
	"math"

	"lwbench/mmu/smp"
)

// Criterion is when a run counts as steady, and how long it may try.
type Criterion struct {
	Drift     float64 // the cost of the window may differ from that of the part before by this fraction
	HalfWidth float64 // the 95 % half-width of the cost may be this fraction of it
	KVA       float64 // pages of KVA per operation that the window may add, or map for the first time
	Fills     float64 // each of Point.Fills may differ per operation by this much, or by Drift, from the part before
	Least     int64   // operations of the first attempt
	Most      int64   // a run is not doubled if it would have more operations
	// Rough, unless 0, ends a run that is not steady yet: drift and half-width are this fraction at most, no cache fills, and the window
	// took at most roughKVA pages per operation. Its half-width covers what the cost may still change.
	Rough float64
}

// roughKVA is Criterion.KVA for a run that ends when its cost is roughly known.
const roughKVA = 0.05

// Full is the criterion of results, 2 %, for a run of cpus CPUs. Twice the limit would hardly settle more cells, and would take
// half as much time again; those that could win run Longer. One CPU is simulated fast.
func Full(cpus int) Criterion {
	n, most := int64(cpus), int64(200_000)
	if n == 1 {
		most = 400_000
	}
	return Criterion{Drift: 0.02, HalfWidth: 0.02, KVA: 0.02, Fills: 0.01, Least: max(4000, 100*n), Most: max(most, 6400*n)}
}

// Longer returns the criterion with a run that may be several times as long, until it is steady.
func (c Criterion) Longer(times int64) Criterion {
	c.Most *= times
	c.Rough = 0
	return c
}

// Roughly returns the criterion with a run that also ends when its cost is known to 10 %.
func (c Criterion) Roughly() Criterion {
	c.Rough = 0.1
	return c
}

// slight is the multiple of a steady run's drift that is still slight: a cost that changes by so little from one doubling to
// the next, or by no more than its noise, is imprecise rather than unsettled. It goes on to change by about as much again,
// which its half-width then covers twice over.
const slight = 2.5

// latest is the length of the longest run, in cycles: far below the end of virtual time.
const latest = smp.Cycles(1) << 50

// until doubles a run until it is steady.
//
// The window is the second half of the run, by operations. It is compared with the second quarter.
type until struct {
	c       Criterion
	half    int64   // operations before the window, of the present attempt
	quarter Point   // where the second quarter began
	past    []Point // every look before the window, the oldest thinned out
	window  []Point // where the window began, and every look since
	verdict Verdict
}

// Until returns a Watch that ends the run when it is steady, or too long.
func Until(c Criterion) Watch { return &until{c: c, half: c.Least / 2} }

func (u *until) First() smp.Cycles { return pilot }

func (u *until) Verdict() Verdict { return u.verdict }

func (u *until) Look(p Point) Step {
	if len(u.window) == 0 {
		return u.start(p)
	}
	u.window = append(u.window, p)
	switch {
	case p.Ops < 2*u.half && p.At < latest:
		return Step{Next: u.next(p)}
	case u.over(p):
		return Step{End: true}
	}
	u.quarter = u.window[0]
	return u.begin(p, 2*u.half)
}

// begin begins a window at p, where half was the number of operations to wait for.
func (u *until) begin(p Point, half int64) Step {
	if u.half = half; 2*p.Ops > 3*half {
		u.half = p.Ops // the rate has risen since
	}
	u.window = append(u.window[:0], p)
	return Step{Begin: true, Next: u.next(p)}
}

// start waits for the first window.
func (u *until) start(p Point) Step {
	if p.Ops < u.half && p.At < latest/2 {
		u.past = append(u.past, p)
		return Step{Next: u.next(p)}
	}
	for _, before := range u.past {
		if 2*before.Ops <= p.Ops {
			u.quarter = before
		}
	}
	return u.begin(p, u.half)
}

// next is when to look again: when a part of the half of the run may have passed, by the rate of operations since the look
// before. Start-up can be a hundred times as slow as what follows, so that the rate may leap up.
func (u *until) next(p Point) smp.Cycles {
	looks := u.window
	if len(looks) < 2 {
		looks = u.past
	}
	return p.At + stride(looks, p, max(1, u.half/(2*batches)))
}

// over judges the attempt that ends at p, and reports whether it is the last.
func (u *until) over(p Point) bool {
	half := u.window[0]
	ops, before := p.Ops-half.Ops, half.Ops-u.quarter.Ops
	last := 4*u.half > u.c.Most || p.At >= latest
	if ops == 0 || before == 0 {
		u.verdict = Verdict{Status: Growing}
		return last
	}
	u.verdict = precision(merge(u.window))
	u.verdict.Drift = cost(half, p)/cost(u.quarter, half) - 1
	drift := math.Abs(u.verdict.Drift)
	kva := float64(max(p.KVA-half.KVA, p.Mapped-half.Mapped)) / float64(ops)
	rough := !last && max(drift, u.verdict.Cost) <= u.c.Rough && kva <= roughKVA && !u.filling(p)
	switch {
	case rough && (kva > u.c.KVA || max(drift/u.c.Drift, u.verdict.Cost/u.c.HalfWidth) > 1):
		u.verdict.Status = Wide
		u.verdict.Cost = max(u.verdict.Cost, 2*drift)
		return true
	case kva > u.c.KVA:
		u.verdict.Status = TakesKVA
	case drift > u.c.Drift && drift <= max(slight*u.c.Drift, 2*u.verdict.Cost):
		u.verdict.Status = Wide
		u.verdict.Cost = max(u.verdict.Cost, 2*drift)
	case drift > u.c.Drift:
		u.verdict.Status = Growing
	case u.verdict.Cost > u.c.HalfWidth:
		u.verdict.Status = Wide
	case u.filling(p):
		u.verdict.Status = Wide
		u.verdict.Cost = max(u.verdict.Cost, 2*drift)
	default:
		u.verdict.Status = Steady
		return true
	}
	return last
}

// filling reports whether a cache still fills in the window that ends at p: PTE writes, invlpg or page walks become rarer or more
// frequent by more than their noise. Each of them may change the cost by less than 2 % from one doubling to the next, and by
// 10 % before the cache is full.
func (u *until) filling(p Point) bool {
	begin := u.window[0]
	for k := range p.Fills {
		before := float64(begin.Fills[k]-u.quarter.Fills[k]) / float64(begin.Ops-u.quarter.Ops)
		now := float64(p.Fills[k]-begin.Fills[k]) / float64(p.Ops-begin.Ops)
		change := math.Abs(now - before)
		if change > max(u.c.Fills, u.c.Drift*now) && change > 2*now*fillNoise(merge(u.window), k) {
			return true
		}
	}
	return false
}

// fillNoise is the relative half-width of the k-th of Point.Fills per operation.
func fillNoise(window []Point, k int) float64 {
	var fills, ops []float64
	for i, p := range window[1:] {
		fills = append(fills, float64(p.Fills[k]-window[i].Fills[k]))
		ops = append(ops, float64(p.Ops-window[i].Ops))
	}
	return halfWidth(fills, ops)
}

// cost is the busy cycles of an operation between two points.
func cost(from, to Point) float64 { return float64(to.Busy-from.Busy) / float64(to.Ops-from.Ops) }
