package report

import (
	"cmp"
	"slices"
	"strings"

	"lwbench/bench/record"
)

// The rules of the judge.
const (
	tieBand = 0.02 // a lead of up to this share is a tie
	noisy   = 0.1  // real threads: a spread of the repetitions above this share is not steady
	keepsUp = 0.9  // a design that delivers less than this share of the best throughput is starved
)

// standing is the judge's verdict on one cell.
type standing int

const (
	ranked     standing = iota // competes
	wins                       // the cheapest by more than the tie band
	tied                       // indistinguishable from the cheapest
	floor                      // the design maps nothing: a lower bound
	declared                   // the design declares a fault
	shared                     // real threads: more CPUs than host cores
	unfinished                 // the figure has not settled, and the cell was to run again
	unsteady                   // the figure has not settled, or its repetitions vary
	starved                    // a CPU made no progress, or throughput is below keepsUp
	wrong                      // the oracles found stale accesses or other faults
	unknown                    // the unit was not measured
)

// mark is how a table shows a standing.
func (s standing) mark() string { return marks[s].mark }

// marks are the marks of the standings, the same in every table, and their meanings.
var marks = [unknown + 1]struct{ mark, meaning string }{
	wins:       {"*", "the cheapest"},
	tied:       {"=", "tied with the cheapest"},
	floor:      {"", "the floor, not ranked"},
	declared:   {"", "declares a fault, not ranked"},
	shared:     {"o", "more CPUs than the host has cores, not ranked"},
	unfinished: {"…", "not finished: to run again, not ranked"},
	unsteady:   {"~", "not steady, not ranked"},
	starved:    {"<", "does not keep up with the others, not ranked"},
	wrong:      {"!", "wrong answers (stale accesses or faults), not ranked"},
}

// legendOf explains the marks that the contests use.
func legendOf(contests ...*contest) string { return legendUpTo(unknown, contests) }

// legendUpTo explains those marks that the contests use of standings up to last, and rough figures.
func legendUpTo(last standing, contests []*contest) string {
	var say []string
	for s, m := range marks[:last+1] {
		if m.mark != "" && slices.ContainsFunc(contests, func(c *contest) bool { return c.has(standing(s)) }) {
			say = append(say, m.mark+" "+m.meaning)
		}
	}
	if slices.ContainsFunc(contests, (*contest).anyWide) {
		say = append(say, record.WideMark+" "+record.WideMeaning)
	}
	return strings.Join(say, "; ")
}

// contest is a set of cells that are compared by cost: designs at one number of CPUs, or one design at several values of a
// tunable.
type contest struct {
	unit   string
	field  []*point // those that may win, the cheapest first
	ties   int      // the number of points at the start of field that tie, the first included
	open   []*point // unsteady or unfinished cells that could still win: then there is no winner
	states map[*point]standing

	oneDesign bool // field is one design in several files: versions to compare, and no contest

	fastest *point // of those that may win, the one with the highest throughput; nil where it was not measured
}

// judge ranks points by a unit in which less is better. It skips nil points.
func judge(unit string, points []*point) *contest {
	c := &contest{unit: unit, states: make(map[*point]standing)}
	for _, p := range points {
		if p == nil {
			continue
		}
		if c.states[p] = qualify(p, unit); c.states[p] == ranked {
			c.field = append(c.field, p)
		}
	}
	c.dropSlow()
	slices.SortStableFunc(c.field, func(a, b *point) int { return cmp.Compare(a.value(unit), b.value(unit)) })
	if len(c.field) == 0 {
		return c
	}
	if c.oneDesign = c.versions(); c.oneDesign {
		return c
	}
	for _, p := range points {
		if s := c.states[p]; p == nil || s != unsteady && s != unfinished {
			continue
		}
		if lo, _ := couldBe(p, unit); lo <= c.field[0].value(unit)*(1+tieBand) {
			c.open = append(c.open, p)
		}
	}
	for c.ties < len(c.field) && !apart(c.field[0], c.field[c.ties], unit) {
		c.ties++
	}
	switch {
	case len(c.field) == 1 || len(c.open) > 0:
	case c.ties == 1:
		c.states[c.field[0]] = wins
	default:
		for _, p := range c.field[:c.ties] {
			c.states[p] = tied
		}
	}
	return c
}

// qualify returns ranked if a cell may win, or else the first reason why it may not.
func qualify(p *point, unit string) standing {
	v, ok := p.median(unit)
	switch {
	case !ok || v <= 0:
		return unknown
	case p.wrong():
		return wrong
	case p.curve.floor:
		return floor
	case p.curve.fault != "":
		return declared
	case p.over:
		return shared
	case p.value(record.StarvedCPUs) > 0:
		return starved
	case p.unsettled() && p.again:
		return unfinished
	case p.unsettled() || varies(p, unit):
		return unsteady
	}
	return ranked
}

// unsettled reports whether the cost of the cell still changes. A cell that is merely imprecise is covered by its interval.
func (p *point) unsettled() bool {
	why := p.value(record.Unsteady)
	return why > 0 && why != record.WideSpread
}

// varies reports whether the repetitions on real threads are too far apart.
func varies(p *point, unit string) bool {
	return unit == "sec/op" && p.reps(unit) > 2 && p.spread(unit) > noisy
}

// couldBe returns the range of the cost of a cell. A half-width of 100 % means that the cost could be half as much, not
// nothing. For an unsettled cell it assumes that the cost drifts on by at most twice the drift seen.
func couldBe(p *point, unit string) (lo, hi float64) {
	lo, hi = p.interval(unit)
	if least, _ := p.span(unit); lo < least {
		lo = min(least, p.value(unit)/(1+p.value(record.HalfWidth)))
	}
	if drift := p.value(record.Drift); p.unsettled() {
		v := p.value(unit)
		lo, hi = min(lo, v*(1+2*min(0, drift))), max(hi, v*(1+2*max(0, drift)))
	}
	return lo, hi
}

// dropSlow removes cells from the field whose throughput is measurably below that of the fastest because their CPUs
// wait: a low cost is worth little if the users wait. A slow cell that is about as idle as the fastest is merely
// expensive, and stays. Whatever wins by cost and is not removed here delivers at least keepsUp of the best.
func (c *contest) dropSlow() {
	least := 0.0 // the most that an operation of the fastest can take
	for _, p := range c.field {
		if v, ok := p.median(record.Elapsed); ok {
			if v *= 1 + p.value(record.ThroughputHalfWidth); c.fastest == nil || v < least {
				c.fastest, least = p, v
			}
		}
	}
	c.field = slices.DeleteFunc(c.field, func(p *point) bool {
		v, ok := p.median(record.Elapsed)
		if !ok || v*(1-p.value(record.ThroughputHalfWidth))*keepsUp <= least || 1-p.value(record.Idle) >= keepsUp*(1-c.fastest.value(record.Idle)) {
			return false
		}
		c.states[p] = starved
		return true
	})
}

// lag returns the elapsed time per operation of p as a multiple of the fastest's, or 0 if it was not measured.
func (c *contest) lag(p *point) float64 {
	if c.fastest == nil {
		return 0
	}
	return p.value(record.Elapsed) / c.fastest.value(record.Elapsed)
}

// apart reports whether b, which is not cheaper than a, is distinguishable from it.
func apart(a, b *point, unit string) bool {
	_, top := a.interval(unit)
	bottom, _ := b.interval(unit)
	return b.value(unit) > a.value(unit)*(1+tieBand) && bottom > top
}

// has reports whether a cell of the contest has that standing.
func (c *contest) has(s standing) bool {
	for _, have := range c.states {
		if have == s {
			return true
		}
	}
	return false
}

// decided reports whether at least two cells compete and no unsteady cell could still win.
func (c *contest) decided() bool { return len(c.field) > 1 && len(c.open) == 0 && !c.oneDesign }

// versions reports whether at least two cells compete and all are the same design with the same tunables, from different
// files.
func (c *contest) versions() bool {
	name := func(p *point) string { return strings.TrimSuffix(p.curve.label, p.curve.file) }
	return len(c.field) > 1 && !slices.ContainsFunc(c.field, func(p *point) bool {
		return name(p) != name(c.field[0]) || p.curve != c.field[0].curve && p.curve.file == c.field[0].curve.file
	})
}

// winner returns the cheapest cell, or nil if there is a tie, no contest, or an undecided one.
func (c *contest) winner() *point {
	if c.decided() && c.ties == 1 {
		return c.field[0]
	}
	return nil
}

// lead returns the cost of the second as a multiple of the cheapest. The contest must be decided.
func (c *contest) lead() float64 { return c.field[1].value(c.unit) / c.field[0].value(c.unit) }

// mark returns the mark of a cell that takes part.
func (c *contest) mark(p *point) string {
	if c.wide(p) {
		return c.states[p].mark() + record.WideMark
	}
	return c.states[p].mark()
}

// wide reports whether the cost of a cell is known only roughly. One that a mark keeps out of the ranking is not called
// rough too.
func (c *contest) wide(p *point) bool {
	s := c.states[p]
	return (s <= tied || marks[s].mark == "") && record.Rough(p.value(record.HalfWidth))
}

// anyWide reports whether a cell of the contest is rough.
func (c *contest) anyWide() bool {
	for p := range c.states {
		if c.wide(p) {
			return true
		}
	}
	return false
}
