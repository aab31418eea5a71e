package steady

import "lwbench/mmu/smp"

// batches is how many parts of the window give its precision.
const batches = 16

// pilot is the moment of the first look. It is shorter than most operations, so that doubling it finds the rate of
// operations without overshooting.
const pilot = smp.Cycles(1) << 12

// stride estimates the time in which ops more operations end, from the rate between the last look before p and p. The
// time since the last look without any at most doubles in it: the first rates are unreliable. Until then
// the run grows by an eighth, since CPUs may first touch their working sets, after which operations are much more frequent.
func stride(looks []Point, p Point, ops int64) smp.Cycles {
	var from, none Point
	for _, look := range looks {
		if look.Ops < p.Ops {
			from = look
		}
		if look.Ops == 0 {
			none = look
		}
	}
	switch age := p.At - none.At; {
	case p.Ops == from.Ops:
		return max(1, p.At/8)
	case from.Ops == 0 && from.At > pilot:
		return max(1, age/8) // they may all have ended just now
	default:
		each := float64(p.At-from.At) / float64(p.Ops-from.Ops) // cycles between the ends of two operations
		return min(age, max(1, smp.Cycles(each*float64(ops))))
	}
}

// merge makes batches of the looks in a window, of about one number of operations.
func merge(window []Point) []Point {
	first, last := window[0], window[len(window)-1]
	out := []Point{first}
	for _, p := range window[1:] {
		if p.Ops-first.Ops >= int64(len(out))*(last.Ops-first.Ops)/batches && p.Ops > out[len(out)-1].Ops {
			out = append(out, p)
		}
	}
	return out
}
