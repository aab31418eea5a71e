package calibrate

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"lwbench/bench/calibrate/lab"
	"lwbench/bench/spread"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// value is the value of a key of a machine file, and the sentence that describes its origin.
type value struct {
	v   float64
	how string
}

// rules maps keys of machine files to the rules that compute them from figures. A rule returns false if the figures
// do not determine the key. near is the embedded machine from which the other values are copied; its costs are in its
// own cycles.
func (r *Result) rules(near *mmu.Spec) map[string]func() (value, bool) {
	cycles := func(name string) func() (value, bool) {
		return func() (value, bool) {
			f := r.find(name)
			if f == nil || f.Unresolved() {
				return value{}, false
			}
			return value{r.cycles(f.Median), f.String()}, true
		}
	}
	plain := func(name string) func() (value, bool) {
		return func() (value, bool) {
			f := r.find(name)
			if f == nil {
				return value{}, false
			}
			return value{f.Median, f.String()}, true
		}
	}
	sockets, cores, threads := r.topology.Shape()
	counted := func(n int) func() (value, bool) {
		return func() (value, bool) {
			return value{float64(n), "the kernel's topology of the CPUs that may be used"}, n > 0
		}
	}
	rules := map[string]func() (value, bool){
		"machine.clock_hz": plain("clock"),
		"topology.sockets": counted(sockets),
		"topology.cores":   counted(cores),
		"topology.threads": counted(threads),
		"tlb.hit2":         cycles("TLB, second-level hit"),
		"tlb.walk":         cycles("TLB, page walk"),
		"mmu.invlpg":       cycles("invlpg"),
		"mmu.flush_all":    cycles("flush of all"),
		"mmu.flush_max":    plain("flush ceiling"),
		"line.sibling":     cycles("line, " + lab.Sibling.String()),
		"line.socket":      r.firstOf(cycles, "line, "+lab.Cached.String(), "line, "+lab.Socket.String()),
		"line.remote":      cycles("line, " + lab.Remote.String()),
		"lock.atomic":      cycles("atomic add"),
		"lock.lock":        cycles("atomic add"),
		"lock.unlock":      r.unlock,
		"code.copy_page":   cycles("page copy, own cache"),
		"ipi.handler":      func() (value, bool) { return r.handler(near) },
		"ipi.sibling":      func() (value, bool) { return r.delivery(near, lab.Sibling) },
		"ipi.socket":       func() (value, bool) { return r.delivery(near, lab.Cached, lab.Socket) },
		"ipi.remote":       func() (value, bool) { return r.delivery(near, lab.Remote) },
		"ipi.queue":        r.queue,
	}
	if r.Host.NoBroadcast {
		rules["tlbi.pages"] = func() (value, bool) {
			return value{0, "/proc/cpuinfo lists no invlpgb: the TLBs of other CPUs are reached by IPI"}, true
		}
	}
	for level, name := range []string{"TLB, first level", "TLB, second level"} {
		for part, key := range []string{"sets", "ways"} {
			rules[fmt.Sprintf("tlb.l%d_%s", level+1, key)] = func() (value, bool) {
				f := r.find(name)
				if f == nil {
					return value{}, false
				}
				shape := [2]int{}
				if f.Median > 0 {
					shape[0], shape[1] = tlbShape(int(f.Median), figure(near, fmt.Sprintf("tlb.l%d_ways", level+1)))
				}
				return value{float64(shape[part]), fmt.Sprintf("%s; sets and ways are the shape nearest to %s's", f.String(), near.Name)}, true
			}
		}
	}
	return rules
}

// firstOf is the rule for the first of the figures that exists.
func (r *Result) firstOf(rule func(string) func() (value, bool), names ...string) func() (value, bool) {
	return func() (v value, ok bool) {
		for _, name := range names {
			if v, ok = rule(name)(); ok {
				break
			}
		}
		return v, ok
	}
}

// cycles converts nanoseconds to whole cycles of the clock.
func (r *Result) cycles(ns float64) float64 {
	hz := 0.0
	if f := r.find("clock"); f != nil {
		hz = f.Median
	}
	return math.Round(ns * hz / 1e9)
}

// figure returns a figure of a machine, in its file's unit.
func figure(s *mmu.Spec, key string) float64 {
	for _, f := range s.Figures {
		if f.Name == key {
			return f.Value
		}
	}
	return 0
}

// unlock is the cost of a test-and-set lock apart from its atomic instruction.
func (r *Result) unlock() (value, bool) {
	pair, add := r.find("lock tas"), r.find("atomic add")
	if pair == nil || add == nil {
		return value{}, false
	}
	return value{r.cycles(max(0, pair.Median-add.Median)), pair.String() + "; less an atomic add"}, true
}

// handler is the time that an IPI takes from its victim, without the acknowledgement.
func (r *Result) handler(near *mmu.Spec) (value, bool) {
	f := r.find("IPI, stolen")
	if f == nil || f.Unresolved() {
		return value{}, false
	}
	v := r.cycles(f.Median) - figure(near, "ipi.ack")
	return value{v, f.String() + "; less ipi.ack"}, v >= 0
}

// shot is the remote part of a shootdown: the median over the ways to remove a mapping.
func (r *Result) shot(name func(how string) string) (e lab.Estimate, ok bool) {
	var all []float64
	for _, how := range []string{"mprotect", "madvise", "munmap"} {
		if f := r.find(name(how)); f != nil && !f.Unresolved() {
			all, e.Spread = append(all, f.Median), max(e.Spread, f.Spread)
			e.N += f.N
		}
	}
	var err error
	e.Median, err = spread.Median(all)
	return e, err == nil
}

// delivery is the remote part of a shootdown of one CPU minus the other steps of the model.
func (r *Result) delivery(near *mmu.Spec, list ...lab.Class) (value, bool) {
	handler, ok := r.handler(near)
	if !ok {
		handler.v = figure(near, "ipi.handler")
	}
	for _, c := range list {
		e, ok := r.shot(func(how string) string { return remoteOf(how, c) })
		line := r.find("line, " + c.String())
		if !ok || line == nil {
			continue
		}
		// The target's invalidation takes as long as the initiator's own, which runs at the same time.
		rest := figure(near, "ipi.send") + figure(near, "ipi.queue") + figure(near, "ipi.icr") + handler.v + figure(near, "ipi.ack") + r.cycles(line.Median)
		v := max(1, r.cycles(e.Median)-rest)
		return value{v, fmt.Sprintf("the remote part of taking a mapping away by mprotect, madvise and munmap beside one running thread, %s (median %s ns, n=%d, spread %.0f %%), less the other steps of this file",
			c, short(e.Median), e.N, 100*e.Spread)}, true
	}
	return value{}, false
}

// queue is the additional time of a shootdown for each further running thread, minus reading its acknowledgement.
func (r *Result) queue() (value, bool) {
	var x, y []float64
	for _, n := range []int{2, 4, 8, 16, 32, 64, 128, 256, 512} {
		if e, ok := r.shot(func(how string) string { return remoteBy(how, n) }); ok {
			x, y = append(x, float64(n)), append(y, e.Median)
		}
	}
	if len(x) < 2 {
		return value{}, false
	}
	ns, err := slope(x, y)
	if err != nil || ns < 0 {
		return value{}, false
	}
	line := 0.0
	if f := cmp.Or(r.find("line, "+lab.Socket.String()), r.find("line, "+lab.Cached.String())); f != nil {
		line = f.Median
	}
	return value{r.cycles(max(0, ns-line)), fmt.Sprintf(
		"the remote part of a shootdown rises by %s ns with each running thread, %.0f to %.0f threads; less a line of the same socket",
		short(ns), x[0], x[len(x)-1])}, true
}

// maxWays is the largest associativity in a machine file.
const maxWays = 64

// tlbShape chooses sets, a power of two, and ways, such that the product is nearest to entries, and then the ways
// nearest to the given ones.
func tlbShape(entries int, near float64) (sets, ways int) {
	best := math.Inf(1)
	for s := 1; s <= 1024; s *= 2 {
		w := (entries + s/2) / s
		if w < 1 || w > maxWays {
			continue
		}
		if cost := math.Abs(float64(s*w-entries))*1000 + math.Abs(float64(w)-near); cost < best {
			best, sets, ways = cost, s, w
		}
	}
	return sets, ways
}

func figureHz(r *Result) float64 {
	if f := r.find("clock"); f != nil {
		return f.Median
	}
	return 1
}

// Machine returns the calibration as a machine: measured figures replace those of the nearest of the given machines.
// The source of every figure says which of the two it is. kept counts the copied ones, from the machine near.
func (r *Result) Machine(name string, list []*mmu.Spec) (s *mmu.Spec, near Near, kept int, err error) {
	n, near := r.nearest(list)
	if n == nil {
		return nil, near, 0, errors.New("no figure of a machine file was measured")
	}
	base := *n
	base.Doc, base.Processor = r.Host.String(), r.Host.Processor
	var figures []mmu.Figure
	rules := r.rules(n)
	for _, f := range n.Figures {
		if rule, ok := rules[f.Name]; ok {
			if v, ok := rule(); ok {
				figures = append(figures, mmu.Figure{Name: f.Name, Value: math.Round(v.v), Source: r.mark() + v.how})
				continue
			}
		}
		kept++
		why := f.Source
		if why == "" {
			why = "assumed: " + f.Assumed
		}
		figures = append(figures, mmu.Figure{Name: f.Name, Value: f.Value, Assumed: fmt.Sprintf("not measured here: as %s (%s)", n.Name, why)})
	}
	s, err = machines.With(&base, name, figures...)
	return s, near, kept, err
}

// mark returns the start of the source of a measured figure.
func (r *Result) mark() string {
	if len(r.Noise.Complaints()) > 0 {
		return "measured here, NOISY HOST: "
	}
	return "measured here: "
}
