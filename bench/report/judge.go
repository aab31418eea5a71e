package report

import (
	"cmp"
	"math"
	"slices"
)

// level is the ratio below which two costs are called level.
const level = 1.01

// column is one number of CPUs of a panel, judged.
type column struct {
	cpus  int
	first *curve // the cheapest that may win, or nil
	next  *curve // the cheapest after it, or nil
	ratio float64
	level bool     // the two cannot be told apart
	equal []*curve // all that are level with the first, itself too
}

// mayWin reports whether the curve's cell competes: it is there, no oracle found it at fault, its design declares none,
// and it did not share host cores.
func (p *Panel) mayWin(c *curve, cpus int) bool {
	pt := c.at(cpus)
	if pt == nil || c.fault != "" || pt.wrong() || pt.over {
		return false
	}
	v, ok := pt.median(p.Unit)
	return ok && v > 0
}

// columns judges every number of CPUs at which two designs or more compete.
func (p *Panel) columns() (list []column) {
	for _, n := range p.cpus() {
		if c := p.judge(n); c.first != nil && c.next != nil {
			list = append(list, c)
		}
	}
	return list
}

// judge ranks one number of CPUs.
func (p *Panel) judge(cpus int) column {
	var in []*curve
	for _, c := range p.curves {
		if p.mayWin(c, cpus) {
			in = append(in, c)
		}
	}
	slices.SortStableFunc(in, func(a, b *curve) int {
		x, _ := a.at(cpus).median(p.Unit)
		y, _ := b.at(cpus).median(p.Unit)
		return cmp.Compare(x, y)
	})
	col := column{cpus: cpus}
	if len(in) > 0 {
		col.first = in[0]
	}
	if len(in) > 1 {
		col.next = in[1]
		for _, c := range in {
			if p.sameCost(col.first.at(cpus), c.at(cpus)) {
				col.equal = append(col.equal, c)
			}
		}
		x, _ := col.first.at(cpus).median(p.Unit)
		y, _ := col.next.at(cpus).median(p.Unit)
		col.ratio, col.level = y/x, slices.Contains(col.equal, col.next)
	}
	return col
}

// sameCost reports whether b, not cheaper than a, cannot be told from it.
func (p *Panel) sameCost(a, b *point) bool {
	x, _ := a.median(p.Unit)
	y, _ := b.median(p.Unit)
	_, top := a.span(p.Unit)
	bottom, _ := b.span(p.Unit)
	return y/x < level || (a.reps(p.Unit) > 1 && b.reps(p.Unit) > 1 && top >= bottom)
}

// reign is a run of columns with the same winner.
type reign struct {
	who             *curve
	from, to        column
	columns, levels int
}

// reigns cuts the columns where the winner changes. A column in which two are level goes to the winner before it, if that
// is one of the two: a change of hands needs a difference.
func reigns(cols []column) (list []reign) {
	for _, c := range cols {
		n := len(list)
		if n > 0 && (list[n-1].who == c.first || (c.level && list[n-1].who == c.next)) {
			list[n-1].to = c
		} else {
			list, n = append(list, reign{who: c.first, from: c, to: c}), n+1
		}
		list[n-1].columns++
		if c.level {
			list[n-1].levels++
		}
	}
	return list
}

// crossing returns the number of CPUs at which the costs of two curves cross between two columns, taking both as straight
// between them in logarithms; 0 where they do not.
func (p *Panel) crossing(a, b *curve, from, to int) float64 {
	var d [2]float64
	for i, n := range []int{from, to} {
		x, y := a.at(n), b.at(n)
		if x == nil || y == nil {
			return 0
		}
		v, _ := x.median(p.Unit)
		w, _ := y.median(p.Unit)
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
