package hunt

import (
	"fmt"
	"io"
)

// Write prints the story line by line: the operation, what happened in it, and what the page table, the TLBs and the mask
// said of the address at stake afterwards, where that changed.
func (s *Story) Write(w io.Writer) {
	last, at := "", -1
	var op string
	for i := range s.Moments {
		m := &s.Moments[i]
		if m.Kind == Ends {
			if t := m.State.String(); t != last && t != "" {
				fmt.Fprintf(w, "        %s\n", t)
				last = t
			}
			continue
		}
		switch {
		case m.Kind == Begins:
			fmt.Fprintf(w, "  cpu%d  %s\n", m.CPU, m.Op)
			at, op = m.CPU, m.Op
			continue
		case m.Kind == GoesWrong:
			fmt.Fprintf(w, "        %s\n", m.Text)
			continue
		case at != m.CPU || op != m.Op:
			if m.Op == "" {
				fmt.Fprintf(w, "  cpu%d  takes an IPI\n", m.CPU)
			} else {
				fmt.Fprintf(w, "  cpu%d  … %s\n", m.CPU, m.Op)
			}
			at, op = m.CPU, m.Op
		}
		where := ""
		if m.Where.Line > 0 {
			where = "  [" + m.Where.String() + "]"
		}
		fmt.Fprintf(w, "        %s%s\n", m.Text, where)
		if t := m.State.String(); t != last && t != "" {
			fmt.Fprintf(w, "        %s\n", t)
			last = t
		}
	}
	if d := s.Decision; d != nil {
		fmt.Fprintf(w, "  wrong  %s in %s: %s\n", d.Place, d.Func, d.Why)
		if text := d.Source(); text != "" {
			fmt.Fprintf(w, "         %s\n", text)
		}
	}
}
