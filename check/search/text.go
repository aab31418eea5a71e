package search

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"lwbench/mmu"
)

// The widths of a trace as text, in columns: the event, at most, and a cell of the state to its right.
const (
	maxTold = 72
	cell    = 9
)

// A screen of steps: longer traces are shown in part. The last steps matter, and the first show how the scenario
// begins.
const (
	Screen    = 40 // lines
	beginning = 8
)

// Write prints the trace line by line, at most most lines of steps, 0 for all: the operations, their events, and to
// the right the page table, the TLBs and the mask for the address in question after events that change them.
func (s *Counterexample) Write(w io.Writer, most int) {
	lines := s.lines()
	if out := len(lines) - most + 1; most > 2*beginning && out > 1 {
		rest := lines[beginning+out:]
		lines = append(lines[:beginning:beginning], line{text: fmt.Sprintf("  … %d lines left out; lwbench check -o DIR saves the run, lwbench replay prints all of it", out)})
		lines = append(lines, rest...)
	}
	width := 0
	for _, l := range lines {
		if n := utf8.RuneCountInString(l.text); l.state != nil && n <= maxTold {
			width = max(width, n)
		}
	}
	if s.KVA != "" {
		note, head := s.legend(lines)
		width = max(width, utf8.RuneCountInString(note))
		fmt.Fprintln(w, strings.TrimRight(pad(note, width+3)+head, " "))
	}
	for _, l := range lines {
		text := l.text
		if l.state != nil {
			if utf8.RuneCountInString(text) > width {
				fmt.Fprintln(w, text)
				text = ""
			}
			text = pad(text, width+3) + l.state.row()
		}
		fmt.Fprintln(w, strings.TrimRight(text, " "))
	}
	s.writeStands(w)
	s.writeDecision(w)
}

// line is one line of a trace; state is printed to its right, if any.
type line struct {
	text  string
	state *State
}

// lines formats the steps. It omits a state that has not changed, and an empty one.
func (s *Counterexample) lines() (list []line) {
	last := &State{}
	at := "" // CPU and operation of the previous line
	for i := range s.Steps {
		m := &s.Steps[i]
		who, text := heading(m), ""
		switch m.Kind {
		case Ends:
			text = "      returns"
		case Does:
			text = "      " + m.Text
			if m.Where.Line > 0 {
				text += "  [" + m.Where.short() + "]"
			}
		case InFlight:
			text = fmt.Sprintf("  cpu%d  has not taken an IPI of cpu%d yet: %s", m.CPU, m.From, m.Text)
			if who = at; text == list[len(list)-1].text {
				continue
			}
		case Fails:
			who, text = "", "  *** "+m.Text
			if s.Kind == mmu.Leaked.String() && s.KVA != "" {
				list = append(list, line{text: "  " + s.KVA + " is leaked: no buffer holds it, and it can no longer be allocated"})
			}
		}
		changed := !m.State.equal(last) && (!m.State.blank() || !last.blank())
		if m.Kind == Ends && !changed {
			continue
		}
		if who != "" && (who != at || m.Kind == Begins) {
			if m.Kind != Begins && m.Op != "" {
				list = append(list, line{text: who + ", goes on"})
			} else {
				list = append(list, line{text: who})
			}
		}
		if at = who; text == "" {
			continue
		}
		l := line{text: text}
		if changed {
			l.state, last = &m.State, &m.State
		}
		if changed && m.Kind == Fails {
			list = append(list, line{state: l.state})
			l.state = nil
		}
		list = append(list, l)
	}
	return list
}

// heading names the actor.
func heading(m *Step) string {
	switch {
	case m.IPI && m.From >= 0:
		return fmt.Sprintf("  cpu%d  takes the IPI of cpu%d", m.CPU, m.From)
	case m.IPI:
		return fmt.Sprintf("  cpu%d  takes an IPI", m.CPU)
	case m.Op == "":
		return fmt.Sprintf("  cpu%d  at the end: allocates all buffers again", m.CPU)
	}
	return fmt.Sprintf("  cpu%d  %s", m.CPU, m.Op)
}

// legend explains the columns, once.
func (s *Counterexample) legend(lines []line) (note, head string) {
	masks, stale := false, false
	for _, l := range lines {
		if l.state != nil {
			masks, stale = masks || l.state.Mask != "", stale || l.state.stale()
		}
	}
	head = pad("PTE", cell)
	for id := range s.CPUs {
		head += pad(fmt.Sprintf("TLB%d", id), cell)
	}
	if masks {
		head += "mask"
	}
	note = "  " + s.KVA + ", afterwards:"
	if stale {
		note = "  " + s.KVA + ", afterwards (! is stale: not what the PTE says):"
	}
	return note, head
}

func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(1, n-utf8.RuneCountInString(s)))
}

// writeStands prints the position of each CPU.
func (s *Counterexample) writeStands(w io.Writer) {
	for i, k := range s.Positions {
		if i == 0 {
			fmt.Fprintln(w, "\n  the position of each CPU:")
		}
		in := ""
		if k.Op != "" {
			in = "in " + k.Op + ": "
		}
		fmt.Fprintf(w, "  cpu%d  %s%s\n", k.CPU, in, k.Why)
		if k.Line > 0 {
			fmt.Fprintf(w, "        %s in %s:  %s\n", k.Place, k.Func, k.Source())
		}
		if p := k.Interrupted; p.Line > 0 {
			fmt.Fprintf(w, "        the interrupted thread: %s in %s:  %s\n", p, p.Func, p.Source())
		}
	}
}

// Lines of source shown above and below the wrong decision. A mask is often set above.
const (
	above = 5
	below = 2
)

// writeDecision prints the source line of the wrong decision.
func (s *Counterexample) writeDecision(w io.Writer) {
	d := s.Decision
	if d == nil {
		return
	}
	fmt.Fprintf(w, "\n  the wrong decision, %s in %s:\n  %s\n", d.Place, d.Func, d.Why)
	d.writeSource(w, max(below, d.shown))
	if p := d.Cleared; p.Line > 0 {
		fmt.Fprintf(w, "  the PTE was cleared without a flush, %s in %s:\n", p, p.Func)
		p.writeSource(w, below)
	}
}

// writeSource prints the lines around p, which is marked.
func (p Place) writeSource(w io.Writer, below int) {
	lines, at := p.Around(above, below)
	for i, text := range lines {
		mark := " "
		if i == at {
			mark = ">"
		}
		fmt.Fprintf(w, "  %s%4d  %s\n", mark, p.Line-at+i, strings.ReplaceAll(text, "\t", "    "))
	}
}
