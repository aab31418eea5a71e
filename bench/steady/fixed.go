package steady

import "lwbench/mmu/smp"

// fixed waits for one number of operations and then for another. It approaches each in steps that halve what is missing,
// so that the window holds as many operations as asked for, give or take one for each CPU.
type fixed struct {
	cpus        int64
	warmup, ops int64 // of all CPUs
	begun       bool
	before      Point // the look before
	window      []Point
	verdict     Verdict
}

// FixedWindow returns a Watch whose window begins after warmup operations a CPU and ends after ops more a CPU, counted over
// the whole machine. Without a warm-up it begins with the run.
func FixedWindow(cpus, warmup, ops int) Watch {
	f := &fixed{cpus: int64(cpus), warmup: int64(warmup) * int64(cpus), ops: int64(ops) * int64(cpus)}
	if warmup == 0 {
		f.begun, f.window = true, []Point{{}}
	}
	return f
}

func (f *fixed) First() smp.Cycles { return pilot }

func (f *fixed) Verdict() Verdict { return f.verdict }

func (f *fixed) Look(p Point) Step {
	defer func() { f.before = p }()
	switch {
	case !f.begun && p.Ops < f.warmup:
		return Step{Next: f.next(p, f.warmup)}
	case !f.begun:
		f.begun = true
		f.window = []Point{p}
		return Step{Begin: true, Next: f.next(p, p.Ops+f.ops)}
	}
	f.window = append(f.window, p)
	if target := f.window[0].Ops + f.ops; p.Ops < target && p.At < latest {
		return Step{Next: f.next(p, target)}
	}
	f.verdict = precision(f.merged())
	f.verdict.Status = Fixed
	f.verdict.Drift = f.drift()
	return Step{End: true}
}

// next is when to look again for a number of operations.
func (f *fixed) next(p Point, target int64) smp.Cycles {
	from := f.before
	if p.Ops == from.Ops {
		from = Point{}
	}
	if p.Ops == from.Ops {
		return 2 * p.At
	}
	each := float64(p.At-from.At) / float64(p.Ops-from.Ops) // cycles between the ends of two operations
	left := target - p.Ops
	step := min(max(left/2, min(left, f.cpus)), max(1, f.ops/batches))
	return p.At + min(p.At, max(1, smp.Cycles(each*float64(step)))) // at first the rate is not to be relied on
}

// merged makes batches of the points in the window, of about one length.
func (f *fixed) merged() []Point {
	first, last := f.window[0], f.window[len(f.window)-1]
	out := []Point{first}
	for _, p := range f.window[1:] {
		if p.At-first.At >= smp.Cycles(len(out))*(last.At-first.At)/batches {
			out = append(out, p)
		}
	}
	return out
}

// drift compares the halves of the window.
func (f *fixed) drift() float64 {
	first, last := f.window[0], f.window[len(f.window)-1]
	for _, p := range f.window {
		if 2*(p.Ops-first.Ops) >= last.Ops-first.Ops {
			if p.Ops == last.Ops || p.Ops == first.Ops {
				break
			}
			return cost(p, last)/cost(first, p) - 1
		}
	}
	return 0
}
