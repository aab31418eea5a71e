package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"lwbench/bench/record"
	"lwbench/bench/report"
	"lwbench/check/search"
	"lwbench/check/timeline"
)

const helpHTML = "draw each failure as a timeline of its CPUs, on one page: `FILE`"

// picture is the page of --html.
type picture struct {
	path    string // empty: no page is wanted
	reports []*search.Report
}

// plausible rejects a path of --html that cannot be written, before anything runs; an empty one is no page.
func plausible(path string) error {
	if path == "-" {
		return fmt.Errorf("--html -: expected the name of a file")
	}
	return outFileOrStdout(path)
}

func (p *picture) add(r *search.Report) { p.reports = append(p.reports, r) }

// write writes the complete page, or nothing.
func (p *picture) write(c *cobra.Command, args ...string) error {
	if p.path == "" {
		return nil
	}
	var page bytes.Buffer
	if err := timeline.Page(&page, report.Style(), record.Command(append([]string{c.Name()}, args...)...), p.reports); err != nil {
		return err
	}
	return writeFile(c, p.path, page.Bytes())
}
