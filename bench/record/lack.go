package record

import (
	"fmt"

	"lwbench/internal/texttab"
)

// Lack is what a file has not got of the results of its command, because that was interrupted or still runs.
type Lack struct {
	Cells, Of int      // cells that have not run, of all
	Names     []string // of these cells
	Again     []Key    // cells that have run, and are to run again to find the winner; Key.Run is empty
	Resume    string   // the command that continues, or ""
}

// String says what is missing: "12 of 788 cells have not run, and 3 cells have not run again to find the winner".
func (l *Lack) String() string {
	s := fmt.Sprintf("%d of %s have not run", l.Cells, texttab.Count(l.Of, "cell"))
	again := texttab.Count(len(l.Again), "cell") + " that decide who wins have not run again"
	if len(l.Again) == 1 {
		again = "1 cell that decides who wins has not run again"
	}
	switch {
	case len(l.Again) == 0:
		return s
	case l.Cells == 0:
		return again
	}
	return s + ", and " + again
}

// CountCells counts the cells of results. One that ran again counts once, and so does each repetition.
func CountCells(results []*Result) (n int) {
	for _, r := range results {
		if r.Get(KeyRun) == "" {
			n++
		}
	}
	return n
}
