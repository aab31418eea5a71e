package serve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/report"
)

// keepStates is the number of finished sweeps that the page shows.
const keepStates = 10

// maxWebFiles bounds the number of files that sweeps from the page leave in the folder.
const maxWebFiles = 1000

// state is the progress of a sweep.
type state struct {
	File, Command string
	Done, Cells   int
	Now           string // the cell started last
	End           string // empty while it runs: "finished", "cancelled", or what went wrong
}

// sweeps runs one sweep at a time.
type sweeps struct {
	folder *folder
	lists  plan.Lists
	jobs   int

	mu      sync.Mutex
	stopped bool
	running *state
	quit    context.CancelFunc
	past    []state // newest first
	wait    sync.WaitGroup
}

func newSweeps(f *folder, lists plan.Lists, jobs int) *sweeps {
	return &sweeps{folder: f, lists: lists, jobs: max(1, jobs)}
}

// states returns the running sweep, or nil, and the finished ones.
func (s *sweeps) states() (*state, []state) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		return nil, slices.Clone(s.past)
	}
	now := *s.running
	return &now, slices.Clone(s.past)
}

// start starts a sweep that writes a new file in the folder.
func (s *sweeps) start(g *plan.Grid, command string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopped:
		return errors.New("the server is stopping")
	case s.running != nil:
		return fmt.Errorf("%s is running: wait for it, or cancel it", s.running.File)
	}
	cells := bench.Screened(g.Cells())
	if len(cells) == 0 {
		return errors.New(g.NotApplicable()[0])
	}
	name, file, err := s.create()
	if err != nil {
		return err
	}
	out, err := record.In(file, g.Engine.Header(command))
	if err != nil {
		return errors.Join(err, file.Close())
	}
	st := &state{File: name, Command: command, Cells: len(cells)}
	ctx, quit := context.WithCancel(context.Background())
	s.running, s.quit = st, quit
	s.wait.Go(func() {
		defer quit()
		s.run(ctx, st, cells, out)
	})
	return nil
}

// create creates the next unused file.
func (s *sweeps) create() (string, *os.File, error) {
	for n := 1; n <= maxWebFiles; n++ {
		name := fmt.Sprintf("web-%03d.txt", n)
		file, err := s.folder.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", nil, fmt.Errorf("cannot write the results: %w", err)
		}
		return name, file, nil
	}
	return "", nil, fmt.Errorf("the folder holds %d sweeps from this page: move some away", maxWebFiles)
}

// run runs the cells, and those again that decide who wins, and records the outcome. It removes a file without cells.
func (s *sweeps) run(ctx context.Context, st *state, cells []*bench.Cell, out *record.Output) {
	run := func(ctx context.Context, c *bench.Cell) (*bench.Result, error) {
		s.mu.Lock()
		st.Now = c.Name()
		s.mu.Unlock()
		return bench.Simulate(ctx, c)
	}
	var lines []*record.Line
	var have record.File
	runAll := func(cells []*bench.Cell) error {
		some, err := bench.Into(ctx, out, cells, s.jobs, run, func(*bench.Result) error {
			s.mu.Lock()
			st.Done++
			s.mu.Unlock()
			return nil
		})
		lines = append(lines, some...)
		have.Take(some)
		return err
	}
	err := runAll(cells)
	if err == nil {
		err = report.Rerun(s.lists, cells, func() []*record.Result { return have.Results }, func(more []*bench.Cell) error {
			s.mu.Lock()
			st.Cells += len(more)
			s.mu.Unlock()
			return runAll(more)
		})
	}
	err = out.Finish(lines, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Done = len(lines)
	switch {
	case errors.Is(err, context.Canceled):
		st.End = "cancelled"
	case err != nil:
		st.End = err.Error()
	default:
		st.End = "finished"
	}
	if st.Done == 0 {
		if err := s.folder.root.Remove(st.File); err != nil {
			st.End += "; " + err.Error()
		}
	}
	s.past = append([]state{*st}, s.past...)
	s.past = s.past[:min(len(s.past), keepStates)]
	s.running = nil
}

// cancel cancels the running sweep if it writes that file.
func (s *sweeps) cancel(file string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil && s.running.File == file {
		s.quit()
	}
}

// stop cancels the running sweep, waits for it, and prevents further ones.
func (s *sweeps) stop() {
	s.mu.Lock()
	s.stopped = true
	if s.running != nil {
		s.quit()
	}
	s.mu.Unlock()
	s.wait.Wait()
}
