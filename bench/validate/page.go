package validate

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed page.html
var pageText string

// Page writes the outcomes and a summary as one self-contained page with the style sheet of the reports. command is the
// command that makes it again.
func Page(w io.Writer, style template.CSS, command string, list []*Outcome) error {
	s, err := Summarize(list)
	if err != nil {
		return err
	}
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	page := struct {
		Style    template.CSS
		Command  string
		Summary  string
		Sections []section
	}{style, command, s.String(), nil}
	for _, o := range list {
		page.Sections = append(page.Sections, o.section())
	}
	return t.Execute(w, page)
}
