package timeline

import (
	"strings"
	"unicode/utf8"

	"lwbench/check/search"
	"lwbench/internal/texttab"
)

// Dimensions of the picture, in pixels of an unscaled screen.
const (
	letter   = 7.3 // the width of a character at 12 pixels, monospaced
	lineHigh = 17.0
	headHigh = 34.0
	padding  = 6.0
	gap      = 34.0 // between lanes: arrows
	cellWide = 66.0
	margin   = 8.0
)

// row is a step with its position in the picture.
type row struct {
	*search.Step
	lines  []string
	place  string
	y, end float64
}

// box is an operation, or the handler of an IPI, in its lane.
type box struct {
	cpu, depth int
	y, end     float64
	ipi        bool
	open       bool // it has not ended
}

// layout holds the positions of all elements.
type layout struct {
	story    *search.Counterexample
	lane     float64 // width
	rows     []row
	boxes    []box
	columns  []string
	states   float64 // x of the columns
	w, h     float64
	decision int // row of the wrong decision, or -1
}

// laneWidth gives wide lanes to a few CPUs.
func laneWidth(cpus int) float64 {
	switch {
	case cpus <= 2:
		return 424
	case cpus == 3:
		return 300
	}
	return 232
}

func newLayout(s *search.Counterexample) *layout {
	l := &layout{story: s, lane: laneWidth(s.CPUs), decision: -1}
	if s.Decision != nil {
		l.decision = s.Decision.Step
	}
	l.states = margin + float64(s.CPUs)*(l.lane+gap) - gap + 24
	if s.KVA != "" {
		l.columns = append(l.columns, "PTE")
		for id := range s.CPUs {
			l.columns = append(l.columns, "TLB"+string(rune('0'+id)))
		}
		for i := range s.Steps {
			if s.Steps[i].State.Mask != "" {
				l.columns = append(l.columns, "mask")
				break
			}
		}
	}
	l.w = l.states + float64(len(l.columns))*cellWide + margin
	if l.columns == nil {
		l.w = l.states - 24 + margin
	}
	l.place()
	l.box()
	return l
}

// x returns the left edge of a CPU's lane.
func (l *layout) x(cpu int) float64 { return margin + float64(cpu)*(l.lane+gap) }

// place assigns rows to every step.
func (l *layout) place() {
	y := headHigh + padding
	most := int((l.lane - 4*padding) / letter)
	for i := range l.story.Steps {
		m := &l.story.Steps[i]
		r := row{Step: m, y: y}
		switch m.Kind {
		case search.Begins:
			r.lines = wrap(m.Op, most)
		case search.Ends:
			r.end = y + padding
		default:
			text := m.Text
			switch {
			case m.Kind == search.InFlight:
				text = "not taken yet: " + text
			case m.IPI:
				text = "IPI: " + text
			}
			r.lines = wrap(text, most)
			if m.Where.Line > 0 {
				r.place = strings.TrimPrefix(m.Where.String(), "allocators/")
				if last := r.lines[len(r.lines)-1]; utf8.RuneCountInString(last)+utf8.RuneCountInString(r.place)+2 > most {
					r.lines = append(r.lines, "")
				}
			}
		}
		if r.end == 0 {
			r.end = y + lineHigh*float64(len(r.lines)) + 3
		}
		l.rows = append(l.rows, r)
		y = r.end
		if m.Kind == search.Ends {
			y += padding
		}
	}
	l.h = y + margin
}

// box finds the boxes of operations, from start to end; an interrupt's is inside the one that it interrupts.
func (l *layout) box() {
	under := make([][]int, l.story.CPUs)
	for i := range l.rows {
		r := &l.rows[i]
		stack := &under[r.CPU]
		switch {
		case r.Kind == search.Begins:
			*stack = append(*stack, len(l.boxes))
			l.boxes = append(l.boxes, box{cpu: r.CPU, depth: len(*stack) - 1, y: r.y - 2, open: true})
		case r.Kind == search.Ends && len(*stack) > 0:
			b := &l.boxes[(*stack)[len(*stack)-1]]
			b.end, b.open = r.end, false
			*stack = (*stack)[:len(*stack)-1]
		case r.IPI && r.Kind == search.Does:
			l.boxes = append(l.boxes, box{cpu: r.CPU, depth: len(*stack), y: r.y - 1, end: r.end - 1, ipi: true})
		}
	}
	for i := range l.boxes {
		if l.boxes[i].open {
			l.boxes[i].end = l.h - margin
		}
	}
}

// depth returns the number of boxes of its lane that contain row i.
func (l *layout) depth(i int) (n int) {
	r := &l.rows[i]
	for _, b := range l.boxes {
		if b.cpu == r.CPU && !b.ipi && b.y <= r.y && r.y < b.end {
			n++
		}
	}
	return n
}

// wrap breaks text at blanks into lines of at most most characters; longer words are broken anywhere.
func wrap(text string, most int) []string {
	var words []string
	for _, word := range strings.Fields(text) {
		r := []rune(word)
		for ; len(r) > most; r = r[most:] {
			words = append(words, string(r[:most]))
		}
		words = append(words, string(r))
	}
	return texttab.Wrap(strings.Join(words, " "), most)
}
