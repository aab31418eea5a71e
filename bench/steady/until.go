package steady

import (
	"math"

	"lwbench/mmu/smp"
)

// Criterion is when a run counts as steady, and how long it may try.
type Criterion struct {
	Drift     float64 // the cost of the window may differ from that of the part before by this fraction
	HalfWidth float64 // the 95 % half-width of the cost may be this fraction of it
	KVA       float64 // pages of KVA per operation that the window may add
	Least     int64   // operations of the first attempt
	Most      int64   // a run is not doubled if it would have more operations
}

// Full is the criterion of results: 2 %. For a run of so many CPUs.
func Full(cpus int) Criterion {
	n := int64(cpus)
	return Criterion{Drift: 0.02, HalfWidth: 0.02, KVA: 0.02, Least: max(4000, 100*n), Most: max(800_000, 6400*n)}
}

// Screening is a coarser criterion, to find out which cells deserve the full one.
func Screening(cpus int) Criterion {
	c := Full(cpus)
	c.Drift, c.HalfWidth = 0.1, 0.05
	return c
}

// batches is how many parts of the window give its precision.
const batches = 16

// pilot is the moment of the first look. The run is far shorter than any operation, so that doubling it finds the
// rate of operations without overshooting.
const pilot = smp.Cycles(1) << 12

// latest is the length of the longest run, in cycles: far below the end of virtual time.
const latest = smp.Cycles(1) << 50

// until doubles a run until it is steady.
//
// It looks at 4096 cycles, and at twice that, until an eighth of Least operations have ended. From their rate it takes the
// length of the first attempt. The second half of each attempt is looked at in 16 batches.
type until struct {
	c       Criterion
	end     smp.Cycles // of the present attempt; 0 while the rate is not known
	quarter Point      // at the first quarter of the attempt
	window  []Point    // at its half, and after each batch since
	verdict Verdict
}

// Until returns a Watch that ends the run when it is steady, or too long.
func Until(c Criterion) Watch { return &until{c: c} }

func (u *until) First() smp.Cycles { return pilot }

func (u *until) Verdict() Verdict { return u.verdict }

func (u *until) Look(p Point) Step {
	switch {
	case u.end == 0 && 8*p.Ops < u.c.Least && p.At < latest/8:
		return Step{Next: 2 * p.At}
	case u.end == 0:
		return u.plan(p)
	case p.At < u.end/2: // the quarter
		u.quarter = p
		return Step{Next: u.end / 2}
	case p.At == u.end/2:
		u.window = append(u.window[:0], p)
		return Step{Begin: true, Next: p.At + u.batch()}
	}
	u.window = append(u.window, p)
	switch {
	case p.At < u.end:
		return Step{Next: p.At + u.batch()}
	case u.over(p):
		return Step{End: true}
	}
	u.quarter, u.end = u.window[0], 2*u.end
	u.window = append(u.window[:0], p)
	return Step{Begin: true, Next: p.At + u.batch()}
}

// batch is the length of a batch of the present attempt.
func (u *until) batch() smp.Cycles { return u.end / (2 * batches) }

// plan takes the length of the first attempt from the rate of operations so far.
func (u *until) plan(p Point) Step {
	length := 4 * p.At
	if p.Ops > 0 {
		length = max(length, smp.Cycles(math.Ceil(float64(p.At)*float64(u.c.Least)/float64(p.Ops))))
	}
	const whole = 2 * batches // every look of the attempt is at a whole cycle
	u.end = (length + whole - 1) / whole * whole
	if p.At < u.end/4 {
		return Step{Next: u.end / 4}
	}
	u.quarter = p
	return Step{Next: u.end / 2}
}

// over judges the attempt that ends at p, and reports whether it is the last.
func (u *until) over(p Point) bool {
	half := u.window[0]
	ops, before := p.Ops-half.Ops, half.Ops-u.quarter.Ops
	last := 2*p.Ops > u.c.Most || p.At >= latest/2
	if ops == 0 || before == 0 || 4*ops < u.c.Least {
		u.verdict = Verdict{Status: Growing}
		return last
	}
	u.verdict = precision(u.window)
	u.verdict.Drift = cost(half, p)/cost(u.quarter, half) - 1
	switch {
	case float64(p.KVA-half.KVA) > u.c.KVA*float64(ops):
		u.verdict.Status = TakesKVA
	case math.Abs(u.verdict.Drift) > u.c.Drift:
		u.verdict.Status = Growing
	case u.verdict.Cost > u.c.HalfWidth:
		u.verdict.Status = Wide
	default:
		u.verdict.Status = Steady
		return true
	}
	return last
}

// cost is the busy cycles of an operation between two points.
func cost(from, to Point) float64 { return float64(to.Busy-from.Busy) / float64(to.Ops-from.Ops) }
