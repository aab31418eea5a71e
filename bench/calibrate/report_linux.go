package calibrate

import "lwbench/bench/calibrate/lab"

// report records a figure, or the reason why there is none.
func (l *prober) report(name, unit, how string, e lab.Estimate, err error) {
	l.figures = append(l.figures, Figure{Name: name, Unit: unit, How: how, Estimate: e, Err: err})
}

// reportSeries is report for the estimate of a series.
func (l *prober) reportSeries(name, how string, s *lab.Series) {
	e, err := s.Estimate()
	l.report(name, "ns", how, e, err)
}
