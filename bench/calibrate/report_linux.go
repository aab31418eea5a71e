package calibrate

import "lwbench/bench/calibrate/lab"

// report records a figure, or the reason why there is none.
func (l *prober) report(name, unit, how string, e lab.Estimate, err error) {
	l.figures = append(l.figures, Figure{Name: name, Unit: unit, How: how, Estimate: e, Err: err})
}

// reportAlone times f, which does n of something, on one thread that has its CPU to itself, and reports the time of one.
func (l *prober) reportAlone(name, how string, samples, n int, f func()) error {
	s, err := l.Alone(l.Top[0], samples, n, f)
	if err == nil {
		l.reportSeries(name, how, s)
	}
	return err
}

// reportSeries is report for the estimate of a series.
func (l *prober) reportSeries(name, how string, s *lab.Series) {
	e, err := s.Estimate()
	l.report(name, "ns", how, e, err)
}
