package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"lwbench/bench/compare"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/report"
	"lwbench/internal/texttab"
	"lwbench/mmu/machines"
)

type reportFlags struct {
	out, format, plots string
	strict             bool
}

func reportCommand() *cobra.Command {
	var f reportFlags
	c := &cobra.Command{
		Use:   "report RESULTS…",
		Short: "show result files as one page: plots, tables, a verdict in words",
		Long: `Report reads one or more result files of lwbench sweep and writes one self-contained page: which design is cheapest where
and why, where the lead changes hands, plots with their tables, and the limits of the results. The same files give the
same bytes.

  lwbench report results/sweep.txt -o report.html
  lwbench report results/*.txt --format md -o -          for a README or a mailing list
  lwbench report results/sweep.txt --plots plots         each figure as SVG and PNG too

Files of other programs in the Go benchmark format, such as the output of go test -bench, are shown as tables.`,
		Args: takes(1, unlimited, func(_ []string) error {
			return errors.New("report needs result files: lwbench report results/sweep.txt")
		}),
		RunE: func(c *cobra.Command, args []string) error { return makeReport(c, &f, args) },
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVarP(&f.out, "output", "o", "", "`FILE` to write; - is stdout (default report.html, or - for md and text)")
	fs.StringVar(&f.format, "format", "html", "html, md, or text: the summary and the tables of lwbench sweep")
	fs.BoolVar(&f.strict, "strict", false, helpStrict)
	fs.StringVar(&f.plots, "plots", "", "also write every figure to the folder `DIR`, as SVG and PNG")
	return c
}

func makeReport(c *cobra.Command, f *reportFlags, args []string) error {
	write := (*report.Results).HTML
	switch f.format {
	case "html":
		f.out = cmp.Or(f.out, "report.html")
	case "md":
		write = (*report.Results).Markdown
		f.out = cmp.Or(f.out, "-")
	case "text":
		write = func(r *report.Results, w io.Writer) error { return r.Text(w, true) }
		f.out = cmp.Or(f.out, "-")
	default:
		return usage(texttab.Unknown("no format", f.format, []string{"html", "md", "text"}))
	}
	if err := notAnInput(f.out, args); err != nil {
		return usage(err)
	}
	files, plain, err := readFiles(c, args, f.strict)
	if err != nil {
		return usage(err)
	}
	var page bytes.Buffer
	if plain {
		return plainReport(c, f, args)
	}
	r := report.New(reportLists())
	for _, file := range files {
		if err := r.Add(file); err != nil {
			return usage(err)
		}
	}
	if f.format == text && f.out == "-" {
		return r.Text(screen(c, text), true)
	}
	if err := write(r, &page); err != nil {
		return err
	}
	if err := outFolder(f.plots); err != nil {
		return usage(err)
	}
	if f.plots != "" {
		n, err := r.WriteFigures(f.plots)
		if err != nil {
			return usage(fmt.Errorf("cannot write the plots: %w", err))
		}
		sayWrote(c.ErrOrStderr(), fmt.Sprintf("%s into %s", texttab.Count(n, "figure"), f.plots))
	}
	return writeFile(c, f.out, page.Bytes())
}

// plainReport shows the results of any Go benchmark as tables.
func plainReport(c *cobra.Command, f *reportFlags, args []string) error {
	if f.plots != "" {
		return usage(errors.New("--plots: these are not results of lwbench: they have no plots"))
	}
	in, err := compare.Read(args, c.InOrStdin())
	if err == nil {
		err = tellSkipped(c, in.Skipped, f.strict)
	}
	if err != nil {
		return usage(err)
	}
	o := compare.Defaults()
	o.AllUnits = true
	result, err := compare.Compare(in, &o)
	if err != nil {
		return usage(err)
	}
	var page bytes.Buffer
	if err := result.Write(&page, f.format, false); err != nil {
		return err
	}
	return writeFile(c, f.out, page.Bytes())
}

// reportLists is lists with machines by name only, so that a name in a result file cannot open a file.
func reportLists() plan.Lists {
	l := lists()
	l.Machine = machines.Load
	return l
}

// readFiles reads result files in the given order. plain reports that none of them was written by lwbench.
func readFiles(c *cobra.Command, paths []string, strict bool) (files []*record.File, plain bool, err error) {
	var foreign string
	seen := make(map[string]string) // names of files, by contents
	for _, path := range paths {
		r, err := inputFiles(c).Open(path)
		if err != nil {
			return nil, false, err
		}
		text, err := record.Text(path, r)
		if err != nil {
			return nil, false, err
		}
		if !record.IsResults(text) {
			foreign = path
			continue
		}
		if was, ok := seen[string(text)]; ok {
			fmt.Fprintf(c.ErrOrStderr(), "lwbench: %s: the same results as %s: they count once\n", path, was)
			continue
		}
		seen[string(text)] = path
		file, err := record.Read(path, bytes.NewReader(text))
		if err == nil {
			err = tellSkipped(c, file.Skipped, strict)
		}
		if err != nil {
			return nil, false, err
		}
		findLack(c.Context(), file, path)
		files = append(files, file)
	}
	if foreign != "" && len(files) > 0 {
		return nil, false, fmt.Errorf("%s: not a result file of lwbench, unlike %s: make two reports", foreign, files[0].Name)
	}
	return files, foreign != "", nil
}

// notAnInput rejects an output path that is an input or another result file.
func notAnInput(out string, inputs []string) error {
	if err := outFileOrStdout(out); err != nil {
		return err
	}
	st, err := os.Stat(out)
	if out == "-" || err != nil {
		return nil
	}
	for _, path := range inputs {
		if in, err := os.Stat(path); err == nil && os.SameFile(st, in) {
			return fmt.Errorf("cannot write the report: %s is one of the result files", out)
		}
	}
	head := make([]byte, 32)
	if file, err := os.Open(out); err == nil && st.Mode().IsRegular() {
		n, _ := file.Read(head)
		_ = file.Close()
		if record.IsResults(head[:n]) {
			return fmt.Errorf("cannot write the report: %s is a result file: choose another name", out)
		}
	}
	return nil
}
