package live_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchmath"

	"lwbench/internal/splice"
)

// unranked are out of competition: one declares a fault, the other is the floor.
var unranked = []string{"lwbuf-submitted", "dmap"}

const (
	alpha = 0.05 // live: a difference that chance makes more often than this is noise
	equal = 0.01 // virtual: figures that lie closer together than this are as good as equal
)

// faster says which of two designs is: -1 the first, 1 the second, 0 neither for certain.
type faster func(a, b string) int

// onThreads compares the repetitions of two designs by benchstat's test.
func onThreads(at map[string][]float64) faster {
	return func(a, b string) int {
		x, y := benchmath.NewSample(at[a], &benchmath.DefaultThresholds), benchmath.NewSample(at[b], &benchmath.DefaultThresholds)
		if c := benchmath.AssumeNothing.Compare(x, y); c.P >= alpha {
			return 0
		}
		return cmp.Compare(median(at[a]), median(at[b]))
	}
}

// byClock compares cycles, which are exact.
func byClock(at map[string][]float64) faster {
	return func(a, b string) int {
		x, y := median(at[a]), median(at[b])
		if max(x, y)-min(x, y) < equal*min(x, y) {
			return 0
		}
		return cmp.Compare(x, y)
	}
}

func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	return s[len(s)/2]
}

// measured returns the designs that were measured at one place both on real threads and by the clock.
func measured(p place, live, virtual *file) []string {
	return slices.DeleteFunc(slices.Clone(live.designs), func(d string) bool {
		return live.times[p][d] == nil || virtual.times[p][d] == nil
	})
}

// order sorts designs of one place, the fastest first.
func order(designs []string, at map[string][]float64) []string {
	list := slices.DeleteFunc(slices.Clone(designs), func(d string) bool { return slices.Contains(unranked, d) })
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(median(at[a]), median(at[b])) })
	return list
}

// chain writes an order: a < b where a is faster, a ≈ b where that is not certain.
func chain(list []string, less faster) string {
	var b strings.Builder
	for i, d := range list {
		switch {
		case i == 0:
		case less(list[i-1], d) == 0:
			b.WriteString(" ≈ ")
		default:
			b.WriteString(" < ")
		}
		b.WriteString(d)
	}
	return b.String()
}

// agreement counts the pairs of designs at one place.
type agreement struct {
	same, noise, tied, opposed int
	pairs                      [][2]string // opposed: faster on real threads, faster by the clock
}

func agree(list []string, live, virtual faster) (n agreement) {
	for i, a := range list {
		for _, b := range list[i+1:] {
			switch l, v := live(a, b), virtual(a, b); {
			case v == 0:
				n.tied++
			case l == 0:
				n.noise++
			case l == v:
				n.same++
			default:
				n.opposed++
				p := [2]string{a, b}
				if l > 0 {
					p = [2]string{b, a}
				}
				n.pairs = append(n.pairs, p)
			}
		}
	}
	return n
}

// rankings is a row a place: the order on real threads, the virtual one, and how many pairs agree.
func rankings(live, virtual *file) string {
	var b strings.Builder
	splice.Row(&b, "workload, CPUs", "order", "pairs the same", "noise", "virtually equal", "opposed")
	splice.Rule(&b, 2, 6)
	var sum agreement
	for _, p := range live.places {
		l, v := onThreads(live.times[p]), byClock(virtual.times[p])
		both := measured(p, live, virtual)
		byLive, byVirtual := order(both, live.times[p]), order(both, virtual.times[p])
		n := agree(byLive, l, v)
		splice.Row(&b, p.workload+", "+p.cpus, "live: "+chain(byLive, l)+"<br>virtual: "+chain(byVirtual, v),
			fmt.Sprint(n.same), fmt.Sprint(n.noise), fmt.Sprint(n.tied), fmt.Sprint(n.opposed))
		sum.same, sum.noise, sum.tied, sum.opposed = sum.same+n.same, sum.noise+n.noise, sum.tied+n.tied, sum.opposed+n.opposed
	}
	splice.Row(&b, "all", "", fmt.Sprint(sum.same), fmt.Sprint(sum.noise), fmt.Sprint(sum.tied), fmt.Sprint(sum.opposed))
	return b.String()
}

// often is at how many places real threads and the clock must order two designs differently for a row of the table.
const often = 4

// opposed lists the pairs of designs that real threads and the clock order differently, those with most places first.
func opposed(live, virtual *file) string {
	where := map[[2]string][]string{}
	var pairs [][2]string
	for _, at := range live.places {
		l, v := live.times[at], virtual.times[at]
		n := agree(order(measured(at, live, virtual), l), onThreads(l), byClock(v))
		for _, p := range n.pairs {
			if where[p] == nil {
				pairs = append(pairs, p)
			}
			where[p] = append(where[p], fmt.Sprintf("%s, %s (%.2f, %.2f)", at.workload, at.cpus, median(l[p[1]])/median(l[p[0]]), median(v[p[0]])/median(v[p[1]])))
		}
	}
	slices.SortStableFunc(pairs, func(p, q [2]string) int { return len(where[q]) - len(where[p]) })
	var b strings.Builder
	splice.Row(&b, "faster live", "faster virtually", "places", "where (how many times, live and virtually)")
	splice.Rule(&b, 2, 4)
	rest := 0
	for _, p := range pairs {
		if len(where[p]) < often {
			rest++
			continue
		}
		splice.Row(&b, p[0], p[1], fmt.Sprint(len(where[p])), strings.Join(where[p], "; "))
	}
	fmt.Fprintf(&b, "\n%d other pairs of designs, at fewer than %d places each.\n", rest, often)
	return b.String()
}

// TestAgree: five repetitions tell designs apart that lie apart, and call the rest noise.
func TestAgree(t *testing.T) {
	live := map[string][]float64{"a": {1, 1.1, 1.2, 1.1, 1}, "b": {2, 2.1, 2.2, 2.3, 2}, "c": {2.1, 2.2, 1.9, 2.3, 2}, "d": {5, 5, 6, 5, 5}}
	virtual := map[string][]float64{"a": {10}, "b": {20}, "c": {30}, "d": {10.05}}
	list := order([]string{"d", "c", unranked[0], "b", "a", unranked[1]}, live)
	l, v := onThreads(live), byClock(virtual)
	if got, want := chain(list, l), "a < c ≈ b < d"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	n := agree(list, l, v)
	if n.same != 2 || n.noise != 1 || n.tied != 1 || n.opposed != 2 || n.pairs[0] != [2]string{"c", "d"} {
		t.Errorf("%+v", n)
	}
}
