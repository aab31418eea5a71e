package report

import (
	"fmt"
	"strings"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// Unfinished says for each file that is not complete what it lacks, and which command continues it.
func (r *Results) Unfinished() (lines []string) {
	for _, s := range r.sources {
		if missing := r.missing(s); missing != "" {
			line := fmt.Sprintf("%s is not complete: %s.", s.Name, missing)
			if resume := resumeCommand(s); resume != "" {
				line += " It continues with: " + resume
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// absent lists the cells that files lack, by their names.
func (r *Results) absent() (names []string) {
	for _, s := range r.sources {
		if s.Lack != nil {
			names = append(names, s.Lack.Names...)
		}
	}
	return names
}

// missing says what a file lacks, or nothing. Of a file of variations whose command is not known it says what can be seen: one that ends
// between two variations looks complete.
func (r *Results) missing(s *record.File) string {
	if s.Lack != nil {
		return s.Lack.String()
	}
	most, n := 0, 0
	var last *variation
	for _, v := range r.varied {
		if v.source == s {
			most, n, last = max(most, len(v.results.Results)), n+1, v
		}
	}
	switch {
	case n == 1:
		return "no cost is varied yet"
	case n > 1 && len(last.results.Results) < most:
		return fmt.Sprintf("%d of %s with %s times %g", len(last.results.Results), texttab.Count(most, "cell"), last.figures, last.factor)
	}
	return ""
}

// resumeCommand is the command that continues a file. Files have no folder here: only the default file of sensitivity needs no -o.
func resumeCommand(s *record.File) string {
	if s.Lack != nil {
		return s.Lack.Resume
	}
	if s.Name == "sensitivity.txt" {
		return s.Command + " --resume"
	}
	return strings.Join([]string{s.Command, "--resume", "-o", s.Name}, " ")
}
