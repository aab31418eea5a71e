package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lwbench/allocators/ops"
	"lwbench/bench/plan"
	"lwbench/check/scenario"
	"lwbench/check/search"
	"lwbench/internal/texttab"
	"lwbench/mmu/smp"
)

// checkFlags holds the flags of lwbench check.
type checkFlags struct {
	alloc, machine, format, out, scenario string
	set                                   []string
	seed                                  uint64
	time                                  time.Duration
	budget, bound, cpus, jobs, first      int
	exhaustive, speculative, mutants      bool
	statements                            bool
	html                                  picture
	keeping
}

// endless is the budget if something else limits the search.
const endless = 1 << 40

// defaultBudget is the number of schedules that check tries for each design.
const defaultBudget = 100000

func checkCommand() *cobra.Command { return newCheck(new(checkFlags)) }

func newCheck(f *checkFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "check [--alloc NAME[,NAME…]] | --mutants [NAME…]",
		Short: "search the schedules of small scenarios for faults of a design",
		Long: `Check runs each allocator in small scenarios under many schedules. A schedule says which CPU runs at each step, when an
IPI is taken, and where an interrupt occurs. Check minimizes each failure and prints a trace of it. It reports stale and
unmapped accesses, double mappings, use after free, leaks, unsound masks (invariant I1), deadlocks, lost wakeups, runs that
do not end, and panics; and scenarios (--scenario) that wait for a buffer while they hold all buffers.
The same seed and budget give the same findings on every host; with --time they may differ. A scenario has 2 to 8 CPUs and
at most 200 operations.

All designs take two minutes on two cores; --alloc chooses fewer, and --exhaustive takes hours for some.

With --mutants it tests itself: it builds every bug of the collection (check/mutants), or those named, from source, and
must find each within --time (default 1m). The correct variants in the collection must pass.

Exit status: 0 nothing found; 1 a fault in an allocator that was named or that declares none; 2 bad input.`,
		Args: func(c *cobra.Command, args []string) error {
			if f.mutants {
				return nil
			}
			return noArgs(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if f.mutants {
				return checkMutants(c, f, args)
			}
			if f.statements && !smp.Instrumented {
				return checkInstrumented(c, f)
			}
			return check(c, f)
		},
	}
	fs := c.Flags()
	fs.SortFlags = false
	listVar(fs, &f.alloc, "alloc", "allocators, by name (lwbench list allocators; default all)")
	fs.StringArrayVar(&f.set, "set", nil, helpSet+"; those not given vary")
	fs.StringVar(&f.machine, "machine", plan.DefaultMachine, helpMachine)
	fs.Uint64Var(&f.seed, "seed", 1, helpSeed)
	fs.IntVar(&f.budget, "budget", defaultBudget, "schedules to try for each allocator; the last scenario is finished")
	fs.DurationVar(&f.time, "time", 0, "time limit for each allocator, such as 30s; without --budget the only limit")
	fs.IntVar(&f.bound, "preemptions", 2, "before random schedules, try all with at most `N` preemptions and late IPIs, 0 to 5")
	fs.IntVar(&f.cpus, "cpus", 0, "number of CPUs in random scenarios, 2 to 4 (default: varies)")
	fs.BoolVar(&f.exhaustive, "exhaustive", false, "exhaust the fixed scenarios of 2 CPUs and 6 operations each, switching at machine calls, and nothing else")
	fs.IntVar(&f.first, "ops", 0, "with --exhaustive: only the first operations of each CPU, 1 to 6")
	fs.BoolVar(&f.statements, "statements", false, "switch at every access to shared data too, and report data races; builds an instrumented copy of this program in its source tree")
	fs.BoolVar(&f.speculative, "speculative", false, "TLBs may fill for a page that no instruction has touched")
	fs.StringVar(&f.scenario, "scenario", "", "check only this ops trace: `FILE.ops`; the lines of each CPU run in order, in every interleaving")
	fs.BoolVar(&f.mutants, "mutants", false, "check the bug collection, or the mutants named, in place of allocators")
	fs.IntVar(&f.jobs, "jobs", 0, "scenarios to run in parallel (default: one a core)")
	fs.StringVarP(&f.out, "output", "o", "", "save what is found as `DIR`/ALLOC.ops, for lwbench replay")
	fs.StringVar(&f.shard, "shard", "", "check only shard `K/N` of the allocators, into DIR/check.K-of-N.shard, DIR being results unless -o says; see lwbench sweep")
	fs.StringVar(&f.html.path, "html", "", helpHTML)
	fs.StringVar(&f.format, "format", "text", "text or json (one line with one object for each allocator)")
	return c
}

func check(c *cobra.Command, f *checkFlags) error {
	list, err := f.options(c)
	if err != nil {
		return usage(err)
	}
	if err := plausible(f.html.path); err != nil {
		return usage(err)
	}
	if err := outFolder(f.out); err != nil {
		return usage(err)
	}
	if f.shard != "" || f.whole != nil {
		return checkShard(c, f, list)
	}
	f.announce(c, len(list))
	unit, share := "schedules", f.budget
	if f.budget == endless { // the number of schedules is not known
		unit, share = "allocators", 1
	}
	p := newProgressOf(c.ErrOrStderr(), len(list)*share, "%d of %d "+unit)
	defer p.end()
	found := false
	for i := range list {
		p.now.Store(list[i].Design.Name)
		list[i].Progress = func(n int) { p.at(i*share + min(n, share-1)) }
		bad, err := f.checkDesign(c, list[i], screen(c, f.format))
		if err != nil {
			return err
		}
		found = found || bad
	}
	if err := f.html.write(c, f.words()...); err != nil {
		return err
	}
	if found {
		return errFound
	}
	return nil
}

// announce says how long the check of n designs takes.
func (f *checkFlags) announce(c *cobra.Command, n int) {
	switch most := time.Duration(n) * f.time; {
	case f.time > 0:
		announce(c, most, most, "--alloc chooses designs, --time 10s shortens the search of each")
	case f.budget == endless || f.statements:
		announceText(c, "it takes seconds for some designs and hours for others; --alloc chooses designs, --ops N cuts the scenarios short, --time 1m bounds each design")
	default:
		d := share(float64(n)*float64(f.budget)/schedules, cmp.Or(f.jobs, runtime.GOMAXPROCS(0)))
		announce(c, d, d, "--alloc chooses designs, --budget N tries fewer schedules of each")
	}
}

// checkDesign checks one design and prints its report. bad is whether the command fails for it.
func (f *checkFlags) checkDesign(c *cobra.Command, o search.Options, w io.Writer) (bad bool, err error) {
	r, err := search.Run(c.Context(), o)
	if err != nil {
		if r != nil {
			fmt.Fprintf(c.ErrOrStderr(), "lwbench: %s: %s\n", r.Alloc, r.Coverage)
		}
		return false, err
	}
	f.html.add(r)
	return r.Found && (f.alloc != "" || f.scenario != "" || r.Declares == ""), f.show(w, r)
}

// words are the flags that decide what is found.
func (f *checkFlags) words() (list []string) {
	if f.alloc != "" {
		list = append(list, "--alloc", f.alloc)
	}
	for _, s := range f.set {
		list = append(list, "--set", s)
	}
	if f.scenario != "" {
		list = append(list, "--scenario", f.scenario)
	}
	list = append(list, "--seed", strconv.FormatUint(f.seed, 10))
	if f.machine != plan.DefaultMachine {
		list = append(list, "--machine", f.machine)
	}
	return list
}

// options checks the flags and returns the search options of each design.
func (f *checkFlags) options(c *cobra.Command) (list []search.Options, err error) {
	given := c.Flags().Changed
	if err := f.plausible(c); err != nil {
		return nil, err
	}
	if (f.time > 0 || f.exhaustive) && !given("budget") {
		f.budget = endless
	}
	set, err := settings("set", f.set)
	if err != nil {
		return nil, err
	}
	for name, values := range set {
		if len(values) > 1 {
			return nil, fmt.Errorf("--set %s=%s: check takes one value for each tunable", name, strings.Join(values, ","))
		}
	}
	names, err := split("alloc", f.alloc)
	if err != nil {
		return nil, err
	}
	o := plan.Options{Alloc: names, Machine: []string{f.machine}, Set: set}
	if f.alloc == "" {
		o.Alloc = nil
		for _, d := range lists().Designs { // those aside too: a tie in cost says nothing about faults
			o.Alloc = append(o.Alloc, d.Name)
		}
	}
	var trace *ops.Trace
	if f.scenario != "" {
		if trace, err = readTrace(c, f.scenario); err != nil {
			return nil, err
		}
		named, err := designOf(trace)
		if err != nil {
			return nil, err
		}
		if f.alloc == "" {
			o.Alloc = named
		}
	}
	variants, _, err := o.Variants(lists())
	if err != nil {
		return nil, err
	}
	for i := range variants {
		v := &variants[i]
		opt := search.Options{
			Design: v.Design, Machine: v.Machine,
			Options: scenario.Options{Seed: f.seed, CPUs: f.cpus, Set: v.Given, First: f.first, Speculate: f.speculative},
			Shapes:  f.exhaustive, Bound: f.bound, Budget: f.budget, Time: f.time, Jobs: f.jobs,
		}
		switch {
		case f.statements:
			opt.Granularity = smp.Statements
		case f.exhaustive:
			opt.Granularity = smp.OrderedPoints
		}
		if trace != nil {
			scene, err := newScene(c.ErrOrStderr(), trace, v, true)
			if err != nil {
				return nil, err
			}
			opt.Scenario = &scene.Scenario
		}
		list = append(list, opt)
	}
	return list, nil
}

// checkFormats are those of check and replay.
func checkFormats() []string { return []string{"text", "json"} }

// plausible checks each flag's value on its own.
func (f *checkFlags) plausible(c *cobra.Command) error {
	given := c.Flags().Changed
	if err := texttab.OneOf("no format", f.format, checkFormats()); err != nil {
		return err
	}
	switch {
	case f.budget < 1:
		return fmt.Errorf("--budget %d: expected at least 1 schedule", f.budget)
	case f.bound < 0 || f.bound > 5:
		return fmt.Errorf("--preemptions %d: expected 0 to 5", f.bound)
	case f.jobs < 0:
		return fmt.Errorf("--jobs %d: expected 1 or more, or 0 for one per core", f.jobs)
	case given("cpus") && (f.exhaustive || f.scenario != ""):
		return errors.New("--cpus applies to random scenarios only: leave it out with --exhaustive and --scenario")
	case given("cpus") && (f.cpus < 2 || f.cpus > 4):
		return fmt.Errorf("--cpus %d: expected 2 to 4: bugs show up with few CPUs", f.cpus)
	case given("ops") && !f.exhaustive:
		return errors.New("--ops is for the fixed scenarios: give it with --exhaustive")
	case given("ops") && (f.first < 1 || f.first > 6):
		return fmt.Errorf("--ops %d: choose 1 to 6 operations of each CPU", f.first)
	case f.time < 0 || given("time") && f.time == 0:
		return fmt.Errorf("--time %v: expected a positive duration, as 30s", f.time)
	case f.shard != "" && (f.time > 0 || f.format != "text" || f.html.path != "" || f.mutants):
		return errors.New("--shard: only what is the same in every run can be put together: leave --time, --format, --html and --mutants out")
	case f.exhaustive && f.scenario != "":
		return fmt.Errorf("--exhaustive and --scenario: give only one of them")
	}
	return nil
}

// show prints one report, and saves the failure.
func (f *checkFlags) show(w io.Writer, r *search.Report) error {
	saved := ""
	if r.Found && f.out != "" {
		saved = filepath.Join(f.out, r.Alloc+".ops")
		if err := writeInFolder(saved, []byte(f.file(r))); err != nil {
			return err
		}
	}
	if f.format == "json" {
		fmt.Fprintln(w, r.JSON())
		return nil
	}
	if !r.Found {
		fmt.Fprintf(w, "%s: nothing found. %s\n", r.Alloc, r.Coverage)
		return nil
	}
	if r.Known != nil {
		printFailure(w, r.Known, r.Known.Coverage+"; smallest", search.Screen)
		fmt.Fprintln(w, "\n  and in addition:")
	}
	printFailure(w, r, r.Coverage+"; smallest", search.Screen)
	if saved != "" {
		fmt.Fprintf(w, "\n  saved; to reproduce it: lwbench replay %s%s\n", saved, f.onMachine())
	}
	if r.Beyond != "" {
		fmt.Fprintf(w, "\n  nothing else was found. %s\n", r.Beyond)
	}
	fmt.Fprintln(w)
	return nil
}

// file returns the saved form of a failing run: everything needed to reproduce it except the machine's costs.
func (f *checkFlags) file(r *search.Report) string {
	return fmt.Sprintf("# %s: %s: %s\n# to reproduce it: lwbench replay FILE%s\n%v", r.Alloc, r.Kind, r.Text, f.onMachine(), r.Trace)
}

// onMachine returns the --machine flag that a replay of the file needs.
func (f *checkFlags) onMachine() string {
	if f.machine == plan.DefaultMachine {
		return ""
	}
	return " --machine " + f.machine
}
