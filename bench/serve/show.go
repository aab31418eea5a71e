package serve

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"lwbench/bench/report"
)

// frame is the common data of all pages.
type frame struct {
	Title, Here string
	File        string // result file that the page is of, or ""
	Style       template.CSS
	Notes       []string
	Lack        []string // what the file is missing
	Error       string
	Refresh     bool
	Body        any
}

// render writes a complete page or an error.
func (s *Server) render(w http.ResponseWriter, status int, name string, f *frame) {
	own, err := pageFiles.ReadFile("page.css")
	if err != nil {
		panic(err) // it is embedded
	}
	f.Here, f.Style = name, report.Style()+template.CSS(own)
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, f); err != nil {
		http.Error(w, "cannot make the page", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the client may have disconnected
}

// choice is one option of a list.
type choice struct {
	Value  string
	Chosen bool
	Note   string // what is unusual about it, or empty
}

// choices marks the chosen values. If first is set, the first value is the default.
func choices(values, chosen []string, first bool) (list []choice) {
	any := false
	for _, v := range values {
		c := choice{Value: v, Chosen: slices.Contains(chosen, v)}
		any = any || c.Chosen
		list = append(list, c)
	}
	if first && !any && len(list) > 0 {
		list[0].Chosen = true
	}
	return list
}

// picked returns the chosen values.
func picked(list []choice) (values []string) {
	for _, c := range list {
		if c.Chosen {
			values = append(values, c.Value)
		}
	}
	return values
}

// picker is the form above every figure.
type picker struct {
	Files, Machines, Workloads, Units, Designs []choice
	Panel                                      *report.Panel
	Missing                                    bool // the machine has no such workload

	Varied []string     // what a file without a panel holds
	Costs  report.Table // the costs that it varies
	Broken []string     // why no file can be shown
}

// on returns a panel's machine with its engine.
func on(p *report.Panel) string {
	if p.Engine == "virtual" {
		return p.Machine
	}
	return p.Machine + " (" + p.Engine + ")"
}

// pick reads the form. Unknown values are ignored.
func pick(r *http.Request, l *loaded) (k picker) {
	q, results := r.URL.Query(), l.Results
	k.Files = choices(l.Names, []string{l.Name}, false)
	var machines, workloads []string
	for _, p := range results.Panels() {
		if m := on(p); !slices.Contains(machines, m) {
			machines = append(machines, m)
		}
		if !slices.Contains(workloads, p.Workload) {
			workloads = append(workloads, p.Workload)
		}
	}
	k.Machines, k.Workloads = choices(machines, q["machine"], true), choices(workloads, q["workload"], true)
	for _, p := range results.Panels() {
		if slices.Contains(picked(k.Machines), on(p)) && slices.Contains(picked(k.Workloads), p.Workload) {
			k.Panel = p
			break
		}
	}
	if k.Panel == nil {
		k.Missing = len(machines) > 0
		k.Varied, k.Costs = results.OnlyVaried()
		if l.Name == "" {
			k.Broken = l.Notes
		}
		return k
	}
	unit := q["unit"]
	if len(unit) == 0 || !slices.Contains(k.Panel.Units(), unit[0]) {
		unit = []string{k.Panel.Unit}
	}
	k.Units = choices(k.Panel.Units(), unit, true)
	k.Designs = choices(k.Panel.Labels(), q["design"], false)
	if len(picked(k.Designs)) == 0 {
		k.Designs = choices(k.Panel.Labels(), k.Panel.Labels(), false)
	}
	return k
}

// shown is the body of the first page.
type shown struct {
	picker
	Verdict []string
	Legend  string
	Main    *drawn
	Others  []*drawn
	Values  report.Table
}

// drawn is a figure on a page.
type drawn struct {
	*report.Figure
	SVG template.HTML
}

func draw(f *report.Figure) *drawn {
	if f == nil {
		return nil
	}
	return &drawn{f, f.Inline()}
}

// show serves the results page: one unit of one workload on one machine, and its other figures.
func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	l := s.folder.load(r.URL.Query().Get("file"))
	results := l.Results
	body := &shown{picker: pick(r, l)}
	f := &frame{Title: "Results", Notes: l.Notes, File: l.Name, Body: body}
	if body.Panel != nil {
		f.Lack = results.Unfinished()
		p := body.Panel.Only(picked(body.Designs))
		unit := picked(body.Units)[0]
		f.Title = p.Workload + " on " + on(p)
		body.Verdict, body.Legend = p.Verdict(), p.Legend()
		body.Main, body.Values = draw(results.Over(p, unit)), p.Values(unit)
		for _, g := range results.Figures(p) {
			if body.Main == nil || g.Table.Head[0] != unit || len(g.Table.Head) != len(body.Main.Table.Head) {
				body.Others = append(body.Others, draw(g))
			}
		}
	}
	s.render(w, http.StatusOK, "show", f)
}

// compared is the body of the page of two cells.
type compared struct {
	picker
	A, B   []choice
	Figure *drawn
	Table  report.Table
}

// cells serves two cells side by side.
func (s *Server) cells(w http.ResponseWriter, r *http.Request) {
	l := s.folder.load(r.URL.Query().Get("file"))
	results := l.Results
	body := &compared{picker: pick(r, l)}
	f := &frame{Title: "Two cells", Notes: l.Notes, File: l.Name, Body: body}
	if body.Panel != nil {
		f.Lack = results.Unfinished()
		names := body.Panel.Cells()
		q := r.URL.Query()
		first, second := body.Panel.Useful()
		body.A = choices(names, known(q["a"], names, first), true)
		body.B = choices(names, known(q["b"], names, second), true)
		figure, table, err := results.Pair(body.Panel, picked(body.A)[0], picked(body.B)[0])
		if err != nil {
			f.Error = err.Error()
		} else {
			body.Figure, body.Table = draw(figure), table
		}
	}
	s.render(w, http.StatusOK, "cells", f)
}

// known returns the given value if it is one of the names, or else the default.
func known(given, names []string, other string) []string {
	if len(given) > 0 && slices.Contains(names, given[0]) {
		return given[:1]
	}
	return []string{other}
}

// report serves the page of lwbench report for one file.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("file")
	l := s.folder.load(name)
	if l.Name == "" || name != "" && l.Name != name { // the first page says why
		http.Redirect(w, r, "/?file="+url.QueryEscape(name), http.StatusSeeOther)
		return
	}
	var b bytes.Buffer
	if err := l.Results.HTML(&b); err != nil {
		http.Error(w, "cannot make the report", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // the client may have disconnected
}
