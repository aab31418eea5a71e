package steady

import "lwbench/mmu/smp"

// fixed waits for one number of operations and then for another. It approaches each in steps that halve what is missing,
// so that the window holds as many operations as asked for, give or take one for each CPU.
type fixed struct {
	cpus        int64
	warmup, ops int64 // of all CPUs
	begun       bool
	looks       []Point // all
	window      []Point // those in the window
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
	defer func() { f.looks = append(f.looks, p) }()
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
	f.verdict = precision(merge(f.window))
	f.verdict.Status = Fixed
	f.verdict.Drift = f.drift()
	return Step{End: true}
}

// next is when to look again for a number of operations.
func (f *fixed) next(p Point, target int64) smp.Cycles {
	left := target - p.Ops
	return p.At + stride(f.looks, p, min(max(left/2, min(left, f.cpus)), max(1, f.ops/batches)))
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
