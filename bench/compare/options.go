package compare

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/perf/benchmath"
	"golang.org/x/perf/benchproc"
)

// Options select what is compared. Filter, Table, Row, Col and Ignore are expressions of benchproc/syntax.
type Options struct {
	Filter, Table, Row, Col, Ignore string

	Alpha, Confidence float64 // 0 to 1, and Confidence strictly between; Alpha is for units that are not exact
	Threshold         float64 // changes up to this share of the base count as none; 0 or more
	Units             []string
	AllUnits          bool
	Brief             bool // print a summary, and no tables for changed units other than the headline; the summary names them
}

// Defaults are benchstat's.
func Defaults() Options {
	return Options{Filter: "*", Table: ".config", Row: ".fullname", Col: ".file", Alpha: 0.05, Confidence: 0.95}
}

// ParseThreshold parses a percentage such as 5% or 0.5%. 0 needs no percent sign.
func ParseThreshold(s string) (float64, error) {
	digits, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v < 0 || !percent && v != 0 {
		return 0, fmt.Errorf("threshold: %q: expected a percentage such as 5%%", s)
	}
	return v / 100, nil
}

// expressions are the parsed options.
type expressions struct {
	filter                   *benchproc.Filter
	table, row, col, residue *benchproc.Projection
	units                    bool // the filter names units
}

// parse parses the expressions and checks their keys against those of the results.
func (o *Options) parse(in *Input) (*expressions, error) {
	if !(o.Alpha >= 0 && o.Alpha <= 1) {
		return nil, fmt.Errorf("alpha: %v is out of range: choose 0 to 1", o.Alpha)
	}
	if !(o.Confidence > 0 && o.Confidence < 1) { // 0 and 1 have no finite range
		return nil, fmt.Errorf("confidence: %v is out of range: choose more than 0 and less than 1, such as 0.95", o.Confidence)
	}
	known := keysOf(in)
	e := new(expressions)
	var err error
	if e.filter, err = benchproc.NewFilter(o.Filter); err != nil {
		return nil, syntax("filter", o.Filter, err)
	}
	for _, key := range filterKeys(o.Filter) {
		e.units = e.units || key == ".unit"
		if err := known.check("filter", key, ".unit"); err != nil {
			return nil, err
		}
	}
	var p benchproc.ProjectionParser
	for _, x := range []struct {
		name, text string
		to         **benchproc.Projection
	}{{"table", o.Table, &e.table}, {"row", o.Row, &e.row}, {"col", o.Col, &e.col}, {"ignore", o.Ignore, new(*benchproc.Projection)}} {
		if x.name == "table" {
			*x.to, _, err = p.ParseWithUnit(x.text, e.filter)
		} else {
			*x.to, err = p.Parse(x.text, e.filter)
		}
		if err != nil {
			return nil, syntax(x.name, x.text, err)
		}
		for _, f := range (*x.to).Fields() {
			if x.name == "table" && f.Name == ".unit" {
				continue
			}
			if err := known.check(x.name, f.Name, ".config"); err != nil {
				return nil, err
			}
		}
	}
	for _, x := range [][2]string{{"table", o.Table}, {"row", o.Row}, {"col", o.Col}, {"ignore", o.Ignore}} {
		if err := checkLists(in, x[0], x[1]); err != nil {
			return nil, err
		}
	}
	e.residue = p.Residue()
	return e, nil
}

// syntax reduces the three lines of a benchproc error to one.
func syntax(name, text string, err error) error {
	first, _, _ := strings.Cut(err.Error(), "\n")
	return fmt.Errorf("%s: %q: %s", name, text, strings.TrimPrefix(first, "syntax error: "))
}

// thresholds returns the thresholds of benchmath.
func (o *Options) thresholds() *benchmath.Thresholds {
	t := benchmath.DefaultThresholds
	t.CompareAlpha = o.Alpha
	return &t
}
