package bench

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// textWidth is how many columns of text a curve or a table may take; more values go into further blocks.
const textWidth = 100

// line is one line of a curve or a table as text: a label, a word for each value, and a picture of them.
type line struct {
	label   string
	words   []string
	picture []rune
}

func (c *curve) write(w io.Writer) error {
	fmt.Fprintf(w, "%s, %s: cycles an operation by %s\n", c.title, count(c.cpus, "CPU"), c.axis)
	lines := []line{{label: bare(c.axis), words: c.values}}
	for _, x := range c.rows {
		lines = append(lines, c.lines(x)...)
	}
	writeBlocks(w, lines)
	for _, x := range c.others {
		n, _, _ := x.cells[""].cycles()
		mark := ""
		if x.cells[""].stale() {
			mark = "!"
		}
		fmt.Fprintf(w, "  %s, whatever %s is: %s%s, reuse %s\n", x.label, bare(c.axis), mark, thousands(n), percent(x.cells[""].reuse()))
	}
	for _, x := range slices.Concat(c.rows, c.others) {
		stale, fault := false, false
		for _, s := range x.cells {
			stale, fault = stale || s.stale(), s.design().KnownFault != ""
		}
		if stale {
			fmt.Fprintf(w, "  ! %s made stale accesses there: wrong answers, they never win\n", x.label)
		} else if fault {
			fmt.Fprintf(w, "  %s is out of competition: it declares a fault\n", x.label)
		}
	}
	return c.explain(w)
}

// lines returns the row's cycles, with marks, and under them its reuse.
func (c *curve) lines(x *curveRow) []line {
	cycles, reuse := line{label: x.label, picture: x.picture(c.values)}, line{label: "reuse"}
	for _, v := range c.values {
		s := x.cells[v]
		n, there, _ := s.cycles()
		switch {
		case !there:
			cycles.words, reuse.words = append(cycles.words, "-"), append(reuse.words, "-")
			continue
		case s.stale():
			cycles.words = append(cycles.words, "!"+thousands(n))
		case c.best(x, v):
			cycles.words = append(cycles.words, "*"+thousands(n))
		default:
			cycles.words = append(cycles.words, thousands(n))
		}
		reuse.words = append(reuse.words, percent(s.reuse()))
	}
	return []line{cycles, reuse}
}

// best reports whether a cell bears the mark: over a tunable the best of its row, which tells where to set it; over a
// parameter the best of its column, which tells whom to take. A row whose values are all alike has no best.
func (c *curve) best(x *curveRow, value string) bool {
	if !c.knob {
		return c.winner(value) == x
	}
	v, least, ok := x.best(c.values)
	return ok && v == value && slices.ContainsFunc(c.values, func(v string) bool {
		n, there, _ := x.cells[v].cycles()
		return there && thousands(n) != thousands(least)
	})
}

// picture draws the row's cycles as bars, on a logarithmic scale from its fewest to its most. Differences of less than
// one in a hundred over the whole row are not drawn.
func (x *curveRow) picture(values []string) []rune {
	least, most := math.Inf(1), 0.0
	for _, v := range values {
		if n, there, _ := x.cells[v].cycles(); there && n > 0 {
			least, most = min(least, n), max(most, n)
		}
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	out := make([]rune, len(values))
	for i, v := range values {
		n, there, _ := x.cells[v].cycles()
		switch {
		case !there:
			out[i] = ' '
		case n <= 0 || most < 1.01*least:
			out[i] = bars[0]
		default:
			out[i] = bars[int(math.Round(math.Log(n/least)/math.Log(most/least)*float64(len(bars)-1)))]
		}
	}
	return out
}

// writeBlocks writes lines below one another, so many values wide as there is room for, block after block.
func writeBlocks(w io.Writer, lines []line) {
	label := 0
	for _, l := range lines {
		label = max(label, utf8.RuneCountInString(l.label))
	}
	n, drawn := len(lines[0].words), 0
	wide := make([]int, n) // each value's column
	for _, l := range lines {
		for i, word := range l.words {
			wide[i] = max(wide[i], utf8.RuneCountInString(word))
		}
		if l.picture != nil {
			drawn = 1
		}
	}
	for from := 0; from < n; {
		to, room := from+1, textWidth-2-label-2-wide[from]-3*drawn
		for to < n && room >= 2+wide[to]+drawn { // two blanks, and one column of the picture
			room -= 2 + wide[to] + drawn
			to++
		}
		for _, l := range lines {
			var b strings.Builder
			fmt.Fprintf(&b, "  %*s", label, l.label)
			for i := from; i < to; i++ {
				fmt.Fprintf(&b, "  %*s", wide[i], l.words[i])
			}
			if l.picture != nil {
				b.WriteString("  " + string(l.picture[from:to]))
			}
			fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
		}
		from = to
	}
}

// explain says for each row, those with the fewest cycles first, where the cycles of one of its cells go: over a tunable
// the best one, over a parameter that of the last value.
func (c *curve) explain(w io.Writer) error {
	type choice struct {
		text   string
		cycles float64
	}
	var list []choice
	heading := "the best of each"
	last := c.values[len(c.values)-1]
	if !c.knob {
		heading = "at " + bare(c.axis) + "=" + last
	}
	for _, x := range slices.Concat(c.rows, c.others) {
		v, n := c.shown(x)
		at := ""
		if v != "" && (c.knob || v != last) {
			at = fmt.Sprintf(" %s=%s", bare(c.axis), v)
		}
		list = append(list, choice{fmt.Sprintf("%s%s: %s", x.label, at, Why(x.cells[v][0].Out)), n})
	}
	slices.SortStableFunc(list, func(a, b choice) int { return cmp.Compare(a.cycles, b.cycles) })
	fmt.Fprintf(w, "  why, %s:\n", heading)
	for _, x := range list {
		fmt.Fprintf(w, "    %s\n", x.text)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// shown returns the value whose cell explain speaks of, and its cycles; what may not win comes behind all others.
func (c *curve) shown(x *curveRow) (value string, cycles float64) {
	values := c.values
	switch {
	case len(x.cells[""]) > 0: // one of others
		values = []string{""}
	case !c.knob:
		values = values[len(values)-1:]
	}
	if v, n, ok := x.best(values); ok {
		return v, n
	}
	for _, v := range slices.Concat(values, c.values) {
		if len(x.cells[v]) > 0 {
			return v, math.Inf(1)
		}
	}
	panic("bench: a curve's row without a cell")
}

// percent prints a share in whole hundredths.
func percent(x float64) string { return fmt.Sprintf("%.0f%%", 100*x) }
