package bench

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"lwbench/bench/spread"
)

// liveTable is all results on real threads that share a machine, a workload and its parameters.
type liveTable struct {
	title string
	cpus  []int
	rows  []string
	cells map[liveKey]sample
}

// Noisy is the spread above which a cell on real threads is called noisy.
const Noisy = 0.1

type liveKey struct {
	row  string
	cpus int
}

// writeLiveTables writes, for each workload, the nanoseconds of an operation by design and number of CPUs: the median of
// the repetitions and their spread. No winner is named: benchstat tells what differs and what is noise.
func writeLiveTables(w io.Writer, results []*Result) error {
	var all []*liveTable
	for _, r := range results {
		title := titleOf(r.Cell, "")
		i := slices.IndexFunc(all, func(t *liveTable) bool { return t.title == title })
		if i < 0 {
			i = len(all)
			all = append(all, &liveTable{title: title, cells: make(map[liveKey]sample)})
		}
		all[i].add(r)
	}
	for _, t := range all {
		if err := t.write(w); err != nil {
			return err
		}
	}
	return nil
}

func (t *liveTable) add(r *Result) {
	k := liveKey{labelOf(r.Cell, ""), r.Cell.CPUs}
	if !slices.Contains(t.rows, k.row) {
		t.rows = append(t.rows, k.row)
	}
	if !slices.Contains(t.cpus, k.cpus) {
		t.cpus = append(t.cpus, k.cpus)
		slices.Sort(t.cpus)
	}
	t.cells[k] = append(t.cells[k], r)
}

func (t *liveTable) write(w io.Writer) error {
	fmt.Fprintf(w, "%s, real threads: ns an operation, ± the spread of the repetitions\n", t.title)
	lines := []line{{label: "  CPUs"}}
	for _, n := range t.cpus {
		lines[0].words = append(lines[0].words, strconv.Itoa(n))
	}
	for _, row := range t.rows {
		l := line{label: "  " + row}
		for _, n := range t.cpus {
			l.words = append(l.words, liveCell(t.cells[liveKey{row, n}]))
		}
		lines = append(lines, l)
	}
	writeBlocks(w, lines)
	for _, line := range t.notes() {
		fmt.Fprintf(w, "  %s\n", line)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// liveCell is one number of the table: 1,234±3%, ! where an access was stale, ~ where it is noise.
func liveCell(s sample) string {
	if len(s) == 0 {
		return "-"
	}
	times, mark := make([]float64, len(s)), ""
	for i, r := range s {
		times[i] = 1e9 * r.Out.Live.Busy / float64(max(1, r.Out.Ops))
	}
	sp, err := spread.Of(times)
	if err != nil {
		return "-"
	}
	median, far := sp.Median, sp.Relative()
	if far > Noisy {
		mark = "~"
	}
	if s.stale() {
		mark += "!"
	}
	if len(s) < 3 {
		return mark + thousands(median)
	}
	return fmt.Sprintf("%s%s±%.0f%%", mark, thousands(median), 100*far)
}

// notes are what must be known beside the numbers.
func (t *liveTable) notes() (lines []string) {
	say := func(format string, args ...any) {
		if line := fmt.Sprintf(format, args...); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	load, lost, noisy, worst := 0.0, int64(0), 0, new(Result)
	for _, row := range t.rows {
		for _, n := range t.cpus {
			s := t.cells[liveKey{row, n}]
			for _, r := range s {
				load, lost = max(load, r.Out.Live.Load), lost+r.Out.Live.Descheduled
				if !r.Out.Live.Pinned {
					say("at %s no thread is pinned (%s): no claim about scaling", count(n, "CPU"), r.Out.Live.Why)
				}
				if r.Spread > Noisy {
					noisy++
				}
				if r.Spread > worst.Spread {
					worst = r
				}
			}
			if s.stale() {
				say("! %s made stale accesses at %s: wrong answers", row, count(n, "CPU"))
			}
		}
	}
	if noisy > 0 {
		say("~ noise: the repetitions of %s lie more than %.0f %% apart, most those of %s at %s, %.0f %%: repeat on a quiet host",
			count(noisy, "cell"), 100*Noisy, labelOf(worst.Cell, ""), count(worst.Cell.CPUs, "CPU"), 100*worst.Spread)
	}
	say("host: load up to %.1f, pinned threads were switched away from %s", load, count(int(lost), "time"))
	return lines
}
