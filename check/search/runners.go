package search

import (
	"sync"

	"lwbench/check/interleave"
)

// runners lends the parts of runs to trials, which run in parallel. The one of a trial that hangs is lost.
type runners struct {
	mu   sync.Mutex
	idle []*interleave.Runner
}

func (l *runners) take() *interleave.Runner {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.idle) - 1
	if n < 0 {
		return &interleave.Runner{}
	}
	r := l.idle[n]
	l.idle = l.idle[:n]
	return r
}

func (l *runners) give(r *interleave.Runner) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.idle = append(l.idle, r)
}

// close closes all that are not lent.
func (l *runners) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.idle {
		r.Close()
	}
	l.idle = nil
}
