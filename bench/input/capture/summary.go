package capture

import (
	"cmp"
	"slices"
)

// Summary is the shape of a capture: the properties that a similar workload needs. Times are nanoseconds.
type Summary struct {
	CPUs     int
	Span     int64 // from the first event to the last
	Mappings int
	Open     int // mappings whose end is not in the capture
	Stray    int // ends whose start is not in the capture
	Pages    int // distinct pages
	Again    int // mappings of a page that had been mapped before
	Shared   int // mappings of a page that was mapped elsewhere at that moment
	Away     int // mappings that ended on another CPU
	Private  int
	Sizes    []Bin      // pages of a mapping
	Held     Quantiles  // time from the start of a mapping to its end
	Gap      Quantiles  // time between two mappings that start on one CPU
	Pairs    []Pair     // mapped on From, ended on To; for flushes: requested by From, done by To
	Sends    []Bin      // pages of 4096 bytes in a sendfile call
	Flushes  []Flushing // by reason
	Targets  int        // remote shootdowns that follow an IPI of another CPU: the sum of Pairs of a tlb_flush capture
}

// Bin counts values from From up to To.
type Bin struct {
	From, To int64
	N        int
}

// Pair counts mappings or flushes that started on one CPU and ended on another.
type Pair struct{ From, To, N int }

// Quantiles of a list of N times.
type Quantiles struct {
	N                  int
	P50, P90, P99, Max int64
}

// Flushing counts the flushes of one reason.
type Flushing struct {
	Reason Reason
	N      int
	Full   int   // of all pages
	Pages  []Bin // of the others
}

// soon is the longest time from an IPI to the flush that it requests; in nanoseconds.
const soon = 1e6

// Summary describes the capture.
func (c *Capture) Summary() *Summary {
	list, m := c.events, c.found
	s := &Summary{CPUs: m.CPUs, Span: list[len(list)-1].Time - list[0].Time, Mappings: len(m.list), Stray: m.Stray, Pages: m.Pages}
	var held, gaps []int64
	var sizes, sends []int64
	pairs, last := make(map[[2]int]int), make(map[int16]int64)
	for i := range m.list {
		x := &m.list[i]
		sizes = append(sizes, int64(len(x.Pages)))
		s.Again += one(x.Again)
		s.Shared += one(x.Shared)
		s.Private += one(x.Private)
		s.Open += one(x.Open)
		if before, known := last[x.CPU]; known {
			gaps = append(gaps, x.From-before)
		}
		last[x.CPU] = x.From
		if !x.Open {
			held = append(held, x.To-x.From)
			s.Away += one(x.CPU != x.EndCPU)
			pairs[[2]int{int(x.CPU), int(x.EndCPU)}]++
		}
	}
	for _, e := range list {
		if e.Kind == sent {
			sends = append(sends, (e.Size+4095)/4096)
		}
	}
	s.flushes(list, pairs)
	s.Sizes, s.Sends, s.Held, s.Gap = bins(sizes), bins(sends), quantiles(held), quantiles(gaps)
	for p, n := range pairs {
		s.Pairs = append(s.Pairs, Pair{p[0], p[1], n})
	}
	slices.SortFunc(s.Pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return s
}

// flushes counts the events of tlb:tlb_flush. A remote shootdown belongs to the CPU that requested one last.
func (s *Summary) flushes(list []event, pairs map[[2]int]int) {
	var counts [numReasons]Flushing
	var pages [numReasons][]int64
	asked := event{Time: -soon - 1, CPU: -1}
	for _, e := range list {
		if e.Kind != flushed {
			continue
		}
		c := &counts[e.Reason]
		c.N++
		if e.Size < 0 {
			c.Full++
		} else {
			pages[e.Reason] = append(pages[e.Reason], e.Size)
		}
		switch {
		case e.Reason == RemoteSendIPI:
			asked = e
		case e.Reason == RemoteShootdown && asked.CPU >= 0 && asked.CPU != e.CPU && e.Time-asked.Time <= soon:
			pairs[[2]int{int(asked.CPU), int(e.CPU)}]++
			s.Targets++
		}
	}
	for r := range counts {
		if c := &counts[r]; c.N > 0 {
			c.Reason, c.Pages = Reason(r), bins(pages[r])
			s.Flushes = append(s.Flushes, *c)
		}
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// bins counts by powers of two: 0, 1, 2 to 3, 4 to 7 and so on.
func bins(values []int64) (out []Bin) {
	slices.Sort(values)
	for i := 0; i < len(values); {
		from, to := values[i], values[i]
		if from > 0 {
			for from = 1; from*2 <= values[i]; from *= 2 {
			}
			to = 2*from - 1
		}
		n := i
		for n < len(values) && values[n] <= to {
			n++
		}
		out = append(out, Bin{from, to, n - i})
		i = n
	}
	return out
}

// quantiles sorts the values.
func quantiles(values []int64) Quantiles {
	if len(values) == 0 {
		return Quantiles{}
	}
	slices.Sort(values)
	at := func(q float64) int64 { return values[int(q*float64(len(values)-1))] }
	return Quantiles{N: len(values), P50: at(0.5), P90: at(0.9), P99: at(0.99), Max: values[len(values)-1]}
}

// Mean returns the mean of the values of a list of bins, each taken at the middle of its bin.
func Mean(list []Bin) float64 {
	sum, n := 0.0, 0
	for _, b := range list {
		sum += float64(b.N) * float64(b.From+b.To) / 2
		n += b.N
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
