// Command verdicts answers two questions about the default sweep: does it crown the designs that much longer runs crown, and how far
// are its figures from theirs?
//
//	go run ./bench/verdicts [-d DIR] [-t SECONDS] [-m DEFAULT.txt] [WORKLOAD/CPUS …]
//
// For each column, a workload on a number of CPUs, it runs the designs that cost at most 4 times the cheapest, with a warm-up of
// 32,000 operations a CPU and as many that count (8,000 on 32 CPUs and more: 64 times the shortest run). It prints where the winners
// and ties differ, and the errors of the default figures. All columns take about 10 minutes of CPU time.
//
// The exit status is 1 if a winner or a tie differs, 2 for an error, 3 if columns are missing and none differs.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"lwbench/allocators/all"
	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/workload"
	"lwbench/mmu/machines"
)

func main() { os.Exit(run()) }

// run returns the exit status.
func run() int {
	dir := flag.String("d", "", "keep the results of each column in this folder: the same command continues")
	seconds := flag.Float64("t", 0, "stop after this many `SECONDS`, and compare what is finished; 0 is no limit")
	base := flag.String("m", "results/recorded/default.txt", "the results of the default sweep")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *seconds > 0 {
		ctx, stop = context.WithTimeout(ctx, time.Duration(*seconds*float64(time.Second)))
		defer stop()
	}
	if flag.NArg() == 0 && term.IsTerminal(int(os.Stderr.Fd())) {
		fmt.Fprintln(os.Stderr, "verdicts: all columns take about 10 minutes of CPU time; -t SECONDS, or columns such as xio/8, shorten it")
	}
	status, err := verdicts(ctx, *dir, *base, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "verdicts:", err)
		return 2
	}
	return status
}

func lists() plan.Lists {
	return plan.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: machines.Load}
}

// verdicts runs the columns of those names, or all, prints the comparison, and returns the exit status.
func verdicts(ctx context.Context, dir, base string, names []string) (status int, err error) {
	if dir == "" {
		if dir, err = os.MkdirTemp("", "lwbench-verdicts"); err != nil {
			return 0, err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	} else if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	short, err := read(base)
	if err != nil {
		return 0, err
	}
	var done []column
	var long []*record.Result
	var missing []string
	for _, c := range columns(short) {
		if len(names) > 0 && !slices.Contains(names, c.String()) {
			continue
		}
		switch list, err := c.run(ctx, dir); {
		case err == nil:
			done, long = append(done, c), append(long, list...)
		case ctx.Err() != nil:
			missing = append(missing, c.String())
		default:
			return 0, fmt.Errorf("%s: %w", c, err)
		}
	}
	differ := 0
	if len(done) > 0 {
		if differ, err = compare(os.Stdout, done, short, long); err != nil {
			return 0, err
		}
	}
	if len(missing) > 0 {
		fmt.Println("== not run:", strings.Join(missing, " "))
	}
	switch {
	case differ > 0:
		return 1, nil
	case len(missing) > 0:
		return 3, nil
	case len(done) == 0:
		return 0, fmt.Errorf("no column of that name: %s", strings.Join(names, " "))
	}
	fmt.Println("== the same winners and ties")
	return 0, nil
}

// run runs a column, or continues it, and returns its results. Stuck cells have none.
func (c column) run(ctx context.Context, dir string) ([]*record.Result, error) {
	n := 32_000
	if c.cpus >= 32 {
		n = 8_000
	}
	o := plan.Options{Workload: []string{c.workload}, CPUs: []int{c.cpus}, Alloc: c.designs, Warmup: &n, Ops: &n}
	g, err := o.Resolve(lists())
	if err != nil {
		return nil, err
	}
	cells := g.Cells()
	path := fmt.Sprintf("%s/%s.%d.txt", dir, c.workload, c.cpus)
	command := fmt.Sprintf("lwbench sweep --workload %s --cpus %d --alloc %s --warmup %d --ops %d", c.workload, c.cpus, strings.Join(c.designs, ","), n, n)
	out, err := record.Open(path, cells[0].Engine.Header(command), true, nil)
	if err != nil {
		return nil, err
	}
	lines, err := bench.Into(ctx, out, cells, runtime.NumCPU(), bench.Simulate, func(*bench.Result) error { return nil })
	if err := out.Finish(lines, err); err != nil {
		return nil, err
	}
	return read(path)
}

func read(path string) ([]*record.Result, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close() // it was only read
	f, err := record.Read(path, in)
	if err != nil {
		return nil, err
	}
	return f.Results, nil
}
