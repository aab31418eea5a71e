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

// missing says what a file lacks, or nothing. Of a file of variations whose command is not known it says what can be seen: one without
// some variations looks complete.
func (r *Results) missing(s *record.File) string {
	if s.Lack != nil {
		return s.Lack.String()
	}
	var varied []*variation
	most := 0
	for _, v := range r.varied {
		if v.source == s {
			most, varied = max(most, len(v.results.Results)), append(varied, v)
		}
	}
	if len(varied) == 1 {
		return "no cost is varied yet"
	}
	for _, v := range varied { // cells end in any order
		if n := len(v.results.Results); n < most {
			return fmt.Sprintf("%d of %s with %s times %g", n, texttab.Count(most, "cell"), v.figures, v.factor)
		}
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
