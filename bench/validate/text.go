package validate

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"lwbench/internal/texttab"
)

// lineWidth is the width at which prose wraps, in columns.
const lineWidth = 110

// Write writes the outcomes and a summary, for a terminal or as Markdown.
func Write(w io.Writer, list []*Outcome, markdown bool) error {
	s, err := Summarize(list)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, o := range list {
		section := o.section()
		section.write(&b, texttab.Columns(w, lineWidth+2)-2, markdown)
	}
	b.WriteString(s.String() + "\n")
	_, err = io.WriteString(w, b.String())
	return err
}

// section is one table as it is written: to a terminal, as Markdown, as a page.
type section struct {
	Name, Source string
	Head         []string
	Rows         [][]string
	Notes        []string // why figures are off, orders, what was read, what is not claimed
}

// section puts the outcome into words.
func (o *Outcome) section() section {
	s := section{
		Name: o.Table.Name, Source: o.Table.Source, Rows: o.rows(),
		Head: []string{"figure", "predicted", "published", "unit", "error", "within", ""},
	}
	say := func(format string, args ...any) { s.Notes = append(s.Notes, fmt.Sprintf(format, args...)) }
	for _, p := range o.Predictions {
		switch {
		case p.Verdict == Explained:
			say("%s is off: %s", p.Row.Name, p.Row.WhyOff)
		case p.Verdict == Unclaimed:
			say("%s is not predicted: %s", p.Row.Name, p.Row.WhyOff)
		case p.Needless:
			say("%s states a reason for being off, and is not: take why-off out", p.Row.Name)
		}
	}
	for _, x := range o.Orders {
		if len(x.Reversed) == 0 {
			say("order held (%s): %s", strings.Join(x.Rows, " < "), x.Why)
			continue
		}
		for _, pair := range x.Reversed {
			say("ORDER REVERSED: %s is published below %s, and predicted no lower: %s", pair[0], pair[1], x.Why)
		}
	}
	say("read: %s", o.Table.Read)
	say("not claimed: %s", o.Table.NotClaimed)
	return s
}

// rows returns a row of each prediction, under the head of section.
func (o *Outcome) rows() (list [][]string) {
	for _, p := range o.Predictions {
		verdict := p.Verdict.String()
		if p.Row.Fitted {
			verdict += ", fitted: no evidence"
		}
		if p.Verdict == Unclaimed {
			list = append(list, []string{p.Row.Name, "-", p.Row.Published.String(), p.Row.Unit, "", "", verdict})
			continue
		}
		list = append(list, []string{
			p.Row.Name, number(p.Value), p.Row.Published.String(), p.Row.Unit, deviation(p.Ratio), p.Row.Within.String(), verdict,
		})
	}
	return list
}

// write writes the section as text of that width or as Markdown.
func (s *section) write(b *strings.Builder, width int, markdown bool) {
	rows := &texttab.Table{Indent: "  ", Align: "lrrrrrl"}
	for _, r := range append([][]string{s.Head}, s.Rows...) {
		rows.Row(r...)
	}
	if markdown {
		fmt.Fprintf(b, "## %s\n\n%s\n\n", s.Name, s.Source)
		_ = rows.Markdown(b) // a builder returns no errors
		b.WriteString("\n")
		for _, n := range s.Notes {
			b.WriteString(n + "\n\n")
		}
		return
	}
	wrap(b, width, "", s.Name+": "+s.Source)
	_ = rows.Write(b)
	for _, n := range s.Notes {
		wrap(b, width, "  ", n)
	}
	b.WriteString("\n")
}

// wrap writes a paragraph whose lines from the second on are indented further.
func wrap(b *strings.Builder, width int, indent, text string) {
	for i, line := range texttab.Wrap(text, width-len(indent)) {
		if i == 1 {
			indent += "  "
		}
		b.WriteString(indent + line + "\n")
	}
}

// String formats the range as in its file.
func (r Range) String() string {
	if r.Low == r.High {
		return number(r.Low)
	}
	return number(r.Low) + "–" + number(r.High)
}

// number formats three significant digits, or all digits of the integer part.
func number(x float64) string {
	if math.Abs(x) >= 100 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// deviation formats a ratio as a percentage, or as a factor if it is 2 or more.
func deviation(ratio float64) string {
	switch {
	case ratio >= 2:
		return strconv.FormatFloat(ratio, 'f', 1, 64) + "x"
	case ratio <= 0.5:
		return "1/" + strconv.FormatFloat(1/ratio, 'f', 1, 64) + "x"
	}
	percent := math.Round((ratio - 1) * 100)
	if percent == 0 {
		return "0 %"
	}
	return fmt.Sprintf("%+.0f %%", percent)
}

// String summarizes how many published values the model meets, and says when a table holds.
func (s Summary) String() string {
	unfitted := s.Met + s.Explained + s.Missed
	return fmt.Sprintf(
		"%d of %d tables hold. Of %d unfitted values %d are within their tolerance, %d are off for a stated reason, %d are off;\n"+
			"half of them are within %.0f %%, the worst is off by %.1fx. %d of %d orders are shown. %d fitted values are no evidence, %d are not predicted.\n"+
			"A table holds if the model shows its orders and each value is within its tolerance (the column \"within\": a share or a factor, either way)\n"+
			"or is off for the reason that the table states; REVERSED and MISSED do not hold.",
		s.Tables-s.Failed, s.Tables, unfitted, s.Met, s.Explained, s.Missed, (s.Median-1)*100, s.Worst, s.Held, s.Orders, s.Fitted, s.Unclaimed)
}
