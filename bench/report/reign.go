package report

import (
	"math"
	"slices"
)

// reign is a sequence of contests with the same winner.
type reign struct {
	who            *curve
	from, to       *contest
	contests, ties int
}

// cpus is the number of CPUs of a contest over designs.
func (c *contest) cpus() int { return c.field[0].cpus }

// reigns splits the contests where the winner changes. A tie counts for the previous winner if it takes part in the tie.
func reigns(cols []*contest) (list []reign) {
	for _, c := range cols {
		n := len(list)
		same := n > 0 && slices.ContainsFunc(c.field[:c.ties], func(p *point) bool { return p.curve == list[n-1].who })
		if same {
			list[n-1].to = c
		} else {
			list, n = append(list, reign{who: c.field[0].curve, from: c, to: c}), n+1
		}
		list[n-1].contests++
		if c.ties > 1 {
			list[n-1].ties++
		}
	}
	return list
}

// crossing returns the number of CPUs at which the costs of two curves cross between two numbers of CPUs, by linear
// interpolation of logarithms, or 0 if they do not cross.
func crossing(a, b *curve, from, to int) float64 {
	var d [2]float64
	for i, n := range []int{from, to} {
		x, y := a.at(n), b.at(n)
		if x == nil || y == nil {
			return 0
		}
		v, w := x.value(a.panel.Unit), y.value(a.panel.Unit)
		if v <= 0 || w <= 0 {
			return 0
		}
		d[i] = math.Log(v / w)
	}
	if d[0] == d[1] || (d[0] > 0) == (d[1] > 0) {
		return 0
	}
	t := d[0] / (d[0] - d[1])
	return math.Exp(math.Log(float64(from)) + t*(math.Log(float64(to))-math.Log(float64(from))))
}
