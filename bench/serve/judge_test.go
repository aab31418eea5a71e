package serve

import (
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/report"
	"lwbench/internal/testsize"
)

// verdicts maps design and number of CPUs to the mark in a table: "sfbuf 4" to "*", "=", "!", … or "" for none.
type verdicts map[string]string

// add parses one row of a table; a cell is "*1,234".
func (v verdicts) add(cpus, cells []string, label string) {
	for i, c := range cells {
		if mark := strings.TrimRight(c, "0123456789,.±%–-() nsµm"); c != "-" && c != "–" {
			v[label+" "+cpus[i]] = mark
		}
	}
}

var blanks = regexp.MustCompile(` {2,}`)

// ofTerminal parses the tables of lwbench sweep, by title.
func ofTerminal(text string) map[string]verdicts {
	all := make(map[string]verdicts)
	for _, block := range strings.Split(text, "\n\n") {
		lines := strings.Split(block, "\n")
		title, _, ok := strings.Cut(lines[0], ": ")
		if !ok || strings.Contains(lines[0], " by ") || strings.Contains(lines[0], "reachable") { // a curve over a tunable, or exposure
			continue
		}
		v, cpus := make(verdicts), []string(nil)
		for _, l := range lines[1:] {
			words := blanks.Split(strings.TrimSpace(l), -1)
			switch {
			case words[0] == "CPUs":
				cpus = words[1:]
			case words[0] == "* beats the next", len(words) != len(cpus)+1:
			default:
				v.add(cpus, words[1:], words[0])
			}
		}
		all[title] = v
	}
	return all
}

// ofMarkdown parses the tables of lwbench report --format md, by title.
func ofMarkdown(text string) map[string]verdicts {
	all := make(map[string]verdicts)
	for _, panel := range strings.Split(text, "\n### ")[1:] {
		title, rest, _ := strings.Cut(panel, "\n")
		v, cpus := make(verdicts), []string(nil)
		for _, l := range strings.Split(rest, "\n") {
			f := strings.Split(strings.Trim(l, "| "), "|")
			for i := range f {
				f[i] = html.UnescapeString(strings.TrimSpace(f[i]))
			}
			switch {
			case strings.HasSuffix(f[0], "/op"):
				cpus = columns(f[1:])
			case strings.HasPrefix(f[0], "---"):
			case len(f) == len(cpus)+1 && len(f) > 1 && f[0] != "USL fit":
				v.add(cpus, f[1:], f[0])
			default:
				if len(v) > 0 {
					cpus = nil // after the table
				}
			}
		}
		all[title] = v
	}
	return all
}

// columns removes the noun from "4 CPUs".
func columns(heads []string) (cpus []string) {
	for _, h := range heads {
		n, _, _ := strings.Cut(h, " ")
		cpus = append(cpus, strings.ReplaceAll(n, ",", ""))
	}
	return cpus
}

var (
	tables = regexp.MustCompile(`(?s)<table>.*?</table>`)
	rows   = regexp.MustCompile(`(?s)<tr>(.*?)</tr>`)
	cells  = regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`)
)

// ofPage parses the first table of a page of lwbench serve.
func ofPage(text string) verdicts {
	v, cpus := make(verdicts), []string(nil)
	for _, row := range rows.FindAllStringSubmatch(tables.FindString(text), -1) {
		var f []string
		for _, c := range cells.FindAllStringSubmatch(row[1], -1) {
			f = append(f, html.UnescapeString(c[1]))
		}
		if cpus == nil {
			cpus = columns(f[1:])
			continue
		}
		v.add(cpus, f[1:], f[0])
	}
	return v
}

// TestOneJudge: for each recorded file the tables of lwbench sweep, lwbench report --format md and lwbench serve have
// the same mark for each cell.
func TestOneJudge(t *testing.T) {
	files, err := filepath.Glob("../../results/*/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d recorded files: %v", len(files), err)
	}
	marked, tables := map[string]int{}, 0
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(data), "# made by: lwbench sweep") || len(data) > testsize.Choose(60_000, 300_000, 1<<30) {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			s, h, _ := open(t, map[string]string{"a.txt": string(data)})
			text, markdown := written(t, s.cfg.Lists, string(data))
			results := s.folder.load("").Results
			for _, p := range results.Panels() {
				_, page := ask(t, h, "GET", "/?"+url.Values{"workload": {p.Workload}, "machine": {on(p)}}.Encode(), nil)
				served, md := ofPage(page), markdown[p.Workload+" on "+on(p)]
				if len(served) == 0 || len(md) != len(served) {
					t.Fatalf("%s on %s: %d cells served, %d in Markdown", p.Workload, on(p), len(served), len(md))
				}
				terminal, tabled := text[p.Workload+" on "+on(p)]
				if tabled {
					tables++
				}
				for cell, mark := range served {
					marked[mark]++
					if md[cell] != mark || (tabled && terminal[cell] != mark) {
						t.Errorf("%s on %s, %s: marked %q by serve, %q in Markdown, %q by sweep", p.Workload, on(p), cell, mark, md[cell], terminal[cell])
					}
				}
			}
		})
	}
	if tables < 30 {
		t.Errorf("%d tables of lwbench sweep were compared", tables)
	}
	for _, mark := range []string{"*", "=", "!", ""} {
		if marked[mark] == 0 {
			t.Errorf("no recorded cell is marked %q: the test compares nothing", mark)
		}
	}
}

// written returns the tables of one file as written for the terminal and as Markdown.
func written(t *testing.T, lists plan.Lists, data string) (terminal, markdown map[string]verdicts) {
	t.Helper()
	file, err := record.Read("a.txt", strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r := report.New(lists)
	var text, md strings.Builder
	for _, f := range []func() error{
		func() error { return r.Add(file) },
		func() error { return r.Text(&text, true) }, func() error { return r.Markdown(&md) },
	} {
		if err := f(); err != nil {
			t.Fatal(err)
		}
	}
	return ofTerminal(text.String()), ofMarkdown(md.String())
}
