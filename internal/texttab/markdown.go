package texttab

import (
	"io"
	"strings"
	"unicode/utf8"
)

// Markdown writes the rows as a Markdown table that also reads as text. The first row is the head; all have as many cells.
func (t *Table) Markdown(w io.Writer) error {
	var b strings.Builder
	wide := make([]int, len(t.rows[0].words))
	for _, r := range t.rows {
		for i, word := range r.words {
			wide[i] = max(wide[i], utf8.RuneCountInString(Escape(word)), 3)
		}
	}
	for n, r := range t.rows {
		for i, word := range r.words {
			b.WriteString("| " + t.pad(Escape(word), wide[i], i) + " ")
		}
		b.WriteString("|\n")
		if n > 0 {
			continue
		}
		for i := range r.words {
			if t.left(i) {
				b.WriteString("|" + strings.Repeat("-", wide[i]+2))
			} else {
				b.WriteString("|" + strings.Repeat("-", wide[i]+1) + ":")
			}
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Escape makes text appear in Markdown as it is, on one line.
func Escape(s string) string {
	return strings.NewReplacer(
		"\\", "\\\\", "|", "\\|", "<", "&lt;", ">", "&gt;", "&", "&amp;", "`", "\\`", "[", "\\[", "]", "\\]",
		"\n", " ", "\r", " ",
	).Replace(s)
}

// Wrap breaks text at blanks into lines of at most width columns. A longer word has a line of its own.
func Wrap(s string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}
