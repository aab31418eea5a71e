package texttab

import (
	"io"
	"strings"
	"unicode/utf8"
)

// Table is rows of text in aligned columns. The zero Table is ready for use; set its fields before Write.
type Table struct {
	Indent string
	Align  string // l or r for each column, the last one for all that follow; empty is r
	Width  int    // wider tables go on below, each block with the first column; 0 is no limit. A Screen has its own
	rows   []row
	folds  bool // the writer breaks a last column of text
}

// row is one line; its tail has a mark for each column behind the first, or is empty.
type row struct {
	words []string
	tail  []rune
}

// Row appends a row.
func (t *Table) Row(words ...string) { t.rows = append(t.rows, row{words: words}) }

// Tail draws behind the last row: one mark for each column but the first.
func (t *Table) Tail(marks []rune) { t.rows[len(t.rows)-1].tail = marks }

// Write writes the rows, without blanks at the end of a line. On a Screen the table is no wider than that.
func (t *Table) Write(w io.Writer) error {
	if s, ok := w.(*Screen); ok {
		on := *t
		on.Width, on.folds = s.columns, true
		t = &on
	}
	var wide []int
	marks := 0
	for _, r := range t.rows {
		for i, word := range r.words {
			if i == len(wide) {
				wide = append(wide, 0)
			}
			wide[i] = max(wide[i], utf8.RuneCountInString(word))
		}
		if r.tail != nil {
			marks = 1
		}
	}
	var b strings.Builder
	for from := 1; from < max(2, len(wide)); {
		to := t.fit(wide, from, marks)
		for _, r := range t.rows {
			b.WriteString(strings.TrimRight(t.line(r, wide, from, to), " ") + "\n")
		}
		from = max(to, from+1)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// fit returns the column behind the last that has room in a block that begins with column from.
func (t *Table) fit(wide []int, from, marks int) int {
	if t.Width == 0 || from >= len(wide) {
		return len(wide)
	}
	room := t.Width - utf8.RuneCountInString(t.Indent) - wide[0] - 2*marks
	to := from
	for to < len(wide) && (to == from || room >= 2+wide[to]+marks) {
		room -= 2 + wide[to] + marks
		to++
	}
	if t.folds && to == len(wide)-1 && t.left(to) && room > t.Width/3 {
		to++
	}
	return to
}

func (t *Table) line(r row, wide []int, from, to int) string {
	line := t.Indent + t.pad(r.words[0], wide[0], 0)
	for i := from; i < to; i++ {
		word := ""
		if i < len(r.words) {
			word = r.words[i]
		}
		line += "  " + t.pad(word, wide[i], i)
	}
	if r.tail != nil {
		line += "  " + string(r.tail[from-1:to-1])
	}
	return line
}

func (t *Table) pad(word string, wide, column int) string {
	blanks := strings.Repeat(" ", wide-utf8.RuneCountInString(word))
	if t.left(column) {
		return word + blanks
	}
	return blanks + word
}

func (t *Table) left(column int) bool {
	return t.Align != "" && t.Align[min(column, len(t.Align)-1)] == 'l'
}
