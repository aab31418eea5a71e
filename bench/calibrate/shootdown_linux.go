package calibrate

import (
	"errors"
	"fmt"

	"lwbench/bench/calibrate/lab"
)

// removal is one way to remove mappings. prepare makes n pages present and writable, take is timed.
type removal struct {
	name          string
	prepare, take func(w *lab.Window, n int) error
}

// removals lists the ways. The pages are the first of a mapped window; munmap removes all of one that is a hole.
func removals() []removal {
	touch := func(w *lab.Window, n int, err error) error {
		if err == nil {
			w.Touch(0, n)
		}
		return err
	}
	return []removal{
		{
			"mprotect",
			func(w *lab.Window, n int) error { return touch(w, n, w.Protect(0, n, true)) },
			func(w *lab.Window, n int) error { return w.Protect(0, n, false) },
		},
		{
			"madvise",
			func(w *lab.Window, n int) error { return touch(w, n, w.Protect(0, n, true)) },
			func(w *lab.Window, n int) error { return w.Drop(0, n) },
		},
		{
			"munmap",
			func(w *lab.Window, n int) error { return touch(w, n, w.Fill()) },
			func(w *lab.Window, _ int) error { return w.Unmap() },
		},
	}
}

// sampleRemoval times a removal of n pages with the given company.
func (l *prober) sampleRemoval(r removal, w *lab.Window, n, samples int, c lab.Company) (*lab.Series, error) {
	return l.Timed(samples, c, func() error { return r.prepare(w, n) }, func() error { return r.take(w, n) })
}

// mapped makes a window of n pages, mapped or a hole.
func mapped(n int, hole bool) (*lab.Window, error) {
	w, err := lab.NewWindow(n)
	if err != nil {
		return nil, err
	}
	if hole {
		err = w.Unmap()
	} else {
		err = w.Map(0, 0, n)
	}
	if err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// besides lists both kinds of company.
var besides = []struct {
	name string
	run  func(*lab.Lab, []lab.Place, func(lab.Company) error) error
}{
	{"processes", (*lab.Lab).BesideProcesses},
	{"threads", (*lab.Lab).BesideThreads},
}

// probeShootdowns removes a page in several ways with running processes, which need no IPI, and with running threads,
// which need one each. The difference is the remote part.
func probeShootdowns(l *prober) error {
	for c, p := range l.Top.First() {
		if p == nil {
			continue
		}
		for _, r := range removals() {
			if err := l.shootdown(r, []lab.Place{*p}, remoteOf(r.name, lab.Class(c))); err != nil {
				return err
			}
		}
	}
	for _, n := range waiterCounts(len(l.Top)) {
		if n == 1 {
			continue // covered by the classes
		}
		for _, r := range removals() {
			if err := l.shootdown(r, l.Top.Near()[:n], remoteBy(r.name, n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// shootdown reports a removal with processes, with threads, and their difference under the given name.
func (l *prober) shootdown(r removal, others []lab.Place, name string) error {
	var e [2]lab.Estimate
	var errs [2]error
	for i, b := range besides {
		w, err := mapped(1, r.name == "munmap")
		if err != nil {
			return err
		}
		s := new(lab.Series)
		err = b.run(l.Lab, others, func(c lab.Company) (err error) {
			s, err = l.sampleRemoval(r, w, 1, 400, c)
			return err
		})
		w.Close()
		if l.Err() != nil {
			return l.Err()
		}
		if errs[i] = err; err == nil {
			e[i], errs[i] = s.Estimate()
		}
		l.report(fmt.Sprintf("%s beside %s", name, b.name), "ns", r.name+" of one present page", e[i], errs[i])
	}
	l.report(name, "ns", r.name+" of a page beside running threads, less the same beside running processes", e[1].Minus(e[0]), errors.Join(errs[:]...))
	return nil
}
