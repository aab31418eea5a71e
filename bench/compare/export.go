package compare

import (
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"

	"lwbench/internal/texttab"
)

// Formats lists the formats of Write.
func Formats() []string { return []string{"text", "md", "csv", "json", "html"} }

// Write writes the comparison in one of Formats. CSV is one table with a line per cell, without notes. JSON is one
// object. The HTML page is self-contained.
func (c *Comparison) Write(w io.Writer, format string, color bool) (err error) {
	var text string
	switch format {
	case "text":
		return c.Text(w, color)
	case "json":
		return c.json(w)
	case "csv":
		return c.csv(w)
	case "md":
		text = c.markdown()
	case "html":
		text, err = c.html()
	default:
		return texttab.Unknown("no format", format, Formats())
	}
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	return err
}

// csv writes everything as one table with a line per cell.
func (c *Comparison) csv(w io.Writer) error {
	out := csv.NewWriter(w)
	var head []string
	if len(c.Tables) > 0 {
		for _, kv := range c.Tables[0].Config {
			head = append(head, kv[0])
		}
	}
	_ = out.Write(append(head, "unit", "name", "column", "value", "range", "base", "delta", "test", "verdict", "wrong")) // Error returns the error
	for _, t := range c.Tables {
		for i, row := range t.Rows {
			for j, cell := range t.Cells[i] {
				if cell == nil {
					continue
				}
				var r []string
				for _, kv := range t.Config {
					r = append(r, kv[1])
				}
				base, test := "", ""
				if cell.Base != nil {
					base, test = exact(cell.Base.Summary.Center), cell.Comparison.String()
				}
				_ = out.Write(append(r, t.Unit, row, t.Cols[j], exact(cell.Summary.Center), cell.Summary.PctRangeString(),
					base, cell.Delta(), test, cell.Verdict.String(), strconv.FormatBool(cell.Wrong)))
			}
		}
	}
	out.Flush()
	return out.Error()
}

func exact(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// verdictHead is the head of the columns of verdicts.
const verdictHead = "verdict"

// rows returns a table as text, and its footnotes.
func (t *Table) rows() (head []string, rows [][]string, notes []string) {
	head = []string{"name"}
	for i, col := range t.Cols {
		head = append(head, col+" "+t.Unit, "±")
		if i > 0 {
			head = append(head, "vs "+t.Cols[0], "test", verdictHead)
		}
	}
	lines, marks := t.lines()
	for _, l := range lines {
		row := []string{l.label}
		for i, p := range l.parts {
			row = append(row, p[partMark]+p[partCenter], strings.TrimSpace(strings.TrimPrefix(p[partRange], "± ")+" "+p[partWarn]))
			if i > 0 {
				row = append(row, strings.TrimSpace(p[partDelta]+" "+p[partWarnDelta]), strings.Trim(p[partP], "()"), p[partVerdict])
			}
		}
		rows = append(rows, row)
	}
	for i, n := range marks.list {
		notes = append(notes, superscript(i+1)+" "+n)
	}
	return head, rows, notes
}

// title names a table.
func (t *Table) title() string {
	var words []string
	for _, kv := range t.Config {
		if kv[1] != "" {
			words = append(words, kv[0]+": "+kv[1])
		}
	}
	return strings.Join(append([]string{t.Unit}, words...), ", ")
}

func (c *Comparison) markdown() string {
	var b strings.Builder
	for i, line := range c.Summary {
		fmt.Fprintf(&b, "- %s\n", line)
		if i == len(c.Summary)-1 {
			b.WriteByte('\n')
		}
	}
	for i, t := range c.Tables {
		if i > 0 {
			b.WriteByte('\n')
		}
		head, rows, notes := t.rows()
		tab := texttab.Table{Align: "lr"}
		for _, r := range append([][]string{head}, rows...) {
			tab.Row(r...)
		}
		fmt.Fprintf(&b, "### %s\n\n", t.title())
		_ = tab.Markdown(&b) // a builder has no errors
		for i, n := range notes {
			if i == 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "- %s\n", n)
		}
	}
	for i, n := range c.Notes {
		if i == 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "- %s\n", n)
	}
	return b.String()
}

//go:embed page.html
var page string

// htmlTable is a table of the page.
type htmlTable struct {
	Title string
	Head  []string
	Rows  [][]htmlCell
	Notes []string
}

// htmlCell is one cell. The class of a verdict is the verdict.
type htmlCell struct{ Class, Text string }

func (c *Comparison) html() (string, error) {
	shown := struct {
		Summary []string
		Tables  []htmlTable
		Notes   []string
	}{Summary: c.Summary, Notes: c.Notes}
	for _, t := range c.Tables {
		head, rows, notes := t.rows()
		h := htmlTable{Title: t.title(), Head: head, Notes: notes}
		for _, row := range rows {
			var cells []htmlCell
			for i, text := range row {
				cell := htmlCell{Text: text}
				if i > 0 && head[i] == verdictHead {
					cell.Class = text
				}
				cells = append(cells, cell)
			}
			h.Rows = append(h.Rows, cells)
		}
		shown.Tables = append(shown.Tables, h)
	}
	var b strings.Builder
	err := template.Must(template.New("").Parse(page)).Execute(&b, shown)
	return b.String(), err
}

// The JSON form. Undefined numbers (a change from zero, a mean of no values) are null.
type (
	jsonTable struct {
		Unit   string            `json:"unit"`
		Config map[string]string `json:"config"`
		Base   string            `json:"base"`
		Cells  []jsonCell        `json:"cells"`
		Means  []jsonMean        `json:"geomeans"`
	}
	jsonCell struct {
		Name     string   `json:"name"`
		Column   string   `json:"column"`
		Value    float64  `json:"value"`
		Lo       *float64 `json:"lo"`
		Hi       *float64 `json:"hi"`
		N        int      `json:"n"`
		Base     *float64 `json:"base,omitempty"`
		Change   *float64 `json:"change,omitempty"`
		Delta    string   `json:"delta,omitempty"`
		P        *float64 `json:"p,omitempty"`
		Verdict  string   `json:"verdict,omitempty"`
		Wrong    bool     `json:"wrong,omitempty"`
		Wide     string   `json:"rough,omitempty"`
		Warnings []string `json:"warnings,omitempty"`
	}
	jsonMean struct {
		Column   string   `json:"column"`
		Value    *float64 `json:"value"`
		Ratio    *float64 `json:"ratio"`
		LeftOut  []string `json:"left_out,omitempty"`
		Unpaired []string `json:"change_leaves_out,omitempty"`
	}
)

func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func (c *Comparison) json(w io.Writer) error {
	out := struct {
		Tables  []jsonTable         `json:"tables"`
		Missing map[string][]string `json:"missing"` // complete; the notes name only a few
		Notes   []string            `json:"notes"`
	}{[]jsonTable{}, map[string][]string{}, append([]string{}, c.Notes...)}
	for _, m := range c.missing {
		out.Missing[m.what] = append(out.Missing[m.what], m.names...)
	}
	for _, t := range c.Tables {
		jt := jsonTable{Unit: t.Unit, Config: map[string]string{}, Base: t.Cols[0]}
		for _, kv := range t.Config {
			jt.Config[kv[0]] = kv[1]
		}
		for i, row := range t.Rows {
			for j, cell := range t.Cells[i] {
				if cell != nil {
					jt.Cells = append(jt.Cells, cell.json(row, t.Cols[j]))
				}
			}
		}
		for i := range t.Means {
			m := &t.Means[i]
			jt.Means = append(jt.Means, jsonMean{t.Cols[i], number(m.Center), number(m.Ratio), m.Left, m.Unpaired})
		}
		out.Tables = append(out.Tables, jt)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}

func (c *Cell) json(row, col string) jsonCell {
	s := &c.Summary
	j := jsonCell{Name: row, Column: col, Value: s.Center, Lo: number(s.Lo), Hi: number(s.Hi), N: len(c.sample.Values), Wrong: c.Wrong}
	if c.Base != nil {
		j.Base, j.Change, j.P = number(c.Base.Summary.Center), number(c.change()), number(c.Comparison.P)
		j.Delta, j.Verdict = c.Delta(), c.Verdict.String()
	}
	if c.rough() {
		j.Wide = c.roughly()
	}
	j.Warnings = append(texts(c.Warnings), texts(c.Comparison.Warnings)...)
	return j
}
