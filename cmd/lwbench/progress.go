package main

import (
	"context"
	"io"
	"os"
	"sync/atomic"

	"github.com/vbauerster/cupwriter"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"lwbench/bench"
)

// progress is a progress bar on a terminal. Elsewhere it prints nothing.
type progress struct {
	p   *mpb.Progress
	bar *mpb.Bar
	now atomic.Value // name of the cell started last
}

func newProgress(stderr io.Writer, cells int) *progress {
	return newProgressOf(stderr, cells, "%d of %d cells")
}

// newProgressOf returns a bar of n items; of none it shows nothing. text is the format of its counters.
func newProgressOf(stderr io.Writer, n int, text string) *progress {
	g := &progress{}
	g.now.Store("")
	if n == 0 || !onTerminal(stderr) {
		return g
	}
	g.p = mpb.New(mpb.WithConsoleWriter(sized{cupwriter.New(stderr.(*os.File), false)}), mpb.WithWidth(40))
	g.bar = g.p.AddBar(int64(n),
		mpb.PrependDecorators(decor.CountersNoUnit(text)),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return " " + g.now.Load().(string) })),
		mpb.BarRemoveOnComplete())
	return g
}

// progressByIndex returns a bar for items that say when they begin which they are and how many there are; it starts with
// the first of them.
func progressByIndex(stderr io.Writer, text string) (begin func(name string, i, of int), end func()) {
	var bar *progress
	return func(name string, i, of int) {
			if bar == nil {
				bar = newProgressOf(stderr, of, text)
			}
			bar.at(i)
			bar.now.Store(name)
		}, func() {
			if bar != nil {
				bar.end()
			}
		}
}

// of returns run with the name of each cell shown when it begins.
func (g *progress) of(run bench.Runner) bench.Runner {
	return func(ctx context.Context, c *bench.Cell) (*bench.Result, error) {
		g.now.Store(c.Name())
		return run(ctx, c)
	}
}

func (g *progress) done() {
	if g.bar != nil {
		g.bar.Increment()
	}
}

// at sets the number of finished items.
func (g *progress) at(n int) {
	if g.bar != nil {
		g.bar.SetCurrent(int64(n))
	}
}

// end removes the bar, whether or not it is complete.
func (g *progress) end() {
	if g.p != nil {
		g.bar.Abort(true)
		g.p.Wait()
	}
}

// sized is a terminal with a default size of 80 columns and 24 lines. Without a size mpb shows nothing.
type sized struct{ *cupwriter.Writer }

func (s sized) GetTermSize() (width, height int, err error) {
	if width, height, err = s.Writer.GetTermSize(); width <= 0 || height <= 0 {
		width, height = 80, 24
	}
	return width, height, err
}
