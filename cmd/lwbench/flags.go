package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/internal/texttab"
	"lwbench/mmu/smp"
)

// Help texts of flags that several commands share.
const (
	helpAlloc    = "allocators, by name (lwbench list allocators; default all that it does not call aside)"
	helpWorkload = "workloads, by name (lwbench list workloads; default all that need no input file and are not aside)"
	helpMachine  = "machines, by name or file, with other figures after a +: haswell-2s+lock.kinds=2 (lwbench list machines; default haswell-2s)"
	helpKVA      = "sizes of the window of kernel addresses, in `PAGES` (default 69632); a pool that does not fit is n/a"
	helpSet      = "tunable of an allocator, `NAME=VALUE[,VALUE...]` (lwbench list tunables)"
	helpParam    = "parameter of a workload, `NAME=VALUE[,VALUE...]` (lwbench list workloads)"
	helpCPUs     = "numbers of CPUs from 1 to 1024, such as 1,2,4 or 1-8 (default: %s)"
	helpOps      = "operations per CPU that are counted, `N` on average (default: until the cost is steady; with --warmup or --engine live 1000)"
	helpWarmup   = "operations per CPU before counting starts, `N` on average (default: until the cost is steady; with --ops 1000; with --engine live 100)"
	helpExposure = "also measure for how long a page can be reached after its last free (units exposure-p50, -p99, -max, exposed-pages)"
	helpSeed     = "seed of the random number generators"
	helpEngine   = "virtual (exact, the default) or live (real threads)"
	helpIPICost  = "live: an IPI costs what the machine file says (machine, the default) or what it costs on the host (none)"
)

// cellFlags holds the flags that describe cells.
type cellFlags struct {
	alloc, workload, cpus, machine string
	kva                            string
	set, param                     []string
	ops, warmup, reps              int
	seed                           uint64
	engine, ipiCost                string
	profiles                       profileFolders
	exposure                       bool
	until                          string
}

// register adds the flags. cpus describes the default number of CPUs of the command.
func (f *cellFlags) register(c *cobra.Command, cpus string) {
	fs := c.Flags()
	fs.SortFlags = false
	listVar(fs, &f.alloc, "alloc", helpAlloc)
	listVar(fs, &f.workload, "workload", helpWorkload)
	listVar(fs, &f.cpus, "cpus", fmt.Sprintf(helpCPUs, cpus))
	listVar(fs, &f.machine, "machine", helpMachine)
	listVar(fs, &f.kva, "kva", helpKVA)
	fs.StringArrayVar(&f.set, "set", nil, helpSet)
	fs.StringArrayVar(&f.param, "param", nil, helpParam)
	fs.IntVar(&f.ops, "ops", 0, helpOps)
	fs.IntVar(&f.warmup, "warmup", 0, helpWarmup)
	fs.Uint64Var(&f.seed, "seed", 1, helpSeed)
	fs.StringVar(&f.engine, "engine", "", helpEngine)
	fs.StringVar(&f.ipiCost, "ipi-cost", "", helpIPICost)
	f.profiles.register(fs)
}

// registerExposure adds the flag of commands that measure exposure on request.
func (f *cellFlags) registerExposure(c *cobra.Command) {
	c.Flags().BoolVar(&f.exposure, "exposure", false, helpExposure)
}

// registerUntil adds the flag of commands that run single cells.
func (f *cellFlags) registerUntil(c *cobra.Command) {
	c.Flags().StringVar(&f.until, "until", "steady", "how long a cell runs: "+strings.Join(bench.Lengths(), ", ")+
		"; longer and longest (4 and 16 times the operations) are for cells that may be the cheapest of a sweep, rough for its screening")
}

// lengthen returns the cells with the length of --until.
func (f *cellFlags) lengthen(c *cobra.Command, cells []*bench.Cell) ([]*bench.Cell, error) {
	if err := texttab.OneOf("no length for --until", f.until, bench.Lengths()); err != nil {
		return nil, err
	}
	list := slices.Clone(cells)
	for i, cell := range cells {
		switch {
		case cell.Until != nil && !cell.ReadsInput():
			list[i] = cell.Length(f.until)
		case c.Flags().Changed("until"):
			return nil, errors.New("--until: the length of this cell is given, by its input, --ops or --warmup, or as real threads have it")
		}
	}
	return list, nil
}

// options converts the given flags to options. The others stay unset.
func (f *cellFlags) options(c *cobra.Command) (o plan.Options, err error) {
	given := c.Flags().Changed
	for _, k := range []struct {
		name, text string
		to         *[]string
	}{{"alloc", f.alloc, &o.Alloc}, {"workload", f.workload, &o.Workload}, {"machine", f.machine, &o.Machine}} {
		if given(k.name) {
			if *k.to, err = split(k.name, k.text); err != nil {
				return o, err
			}
		}
	}
	if given("cpus") {
		if o.CPUs, err = parseCPUs(f.cpus); err != nil {
			return o, err
		}
	}
	if given("kva") {
		if o.KVA, err = parseKVA(f.kva); err != nil {
			return o, err
		}
	}
	if o.Set, err = settings("set", f.set); err != nil {
		return o, err
	}
	if o.Param, err = settings("param", f.param); err != nil {
		return o, err
	}
	for _, k := range []struct {
		name string
		v    *int
		to   **int
	}{{"ops", &f.ops, &o.Ops}, {"warmup", &f.warmup, &o.Warmup}, {"reps", &f.reps, &o.Reps}} {
		if given(k.name) {
			*k.to = k.v
		}
	}
	if given("seed") {
		o.Seed = &f.seed
	}
	if given("exposure") {
		o.Exposure = &f.exposure
	}
	if given("engine") {
		o.Engine = f.engine
	}
	o.IPICost = f.ipiCost
	return o, nil
}

// plain rewrites the error of a flag's value in plain words.
func plain(err error) error {
	var bad *pflag.InvalidValueError
	if !errors.As(err, &bad) {
		return err
	}
	if own, ok := errors.AsType[flagError](err); ok {
		return fmt.Errorf("--%s %q: %s", bad.GetFlag().Name, bad.GetValue(), string(own))
	}
	kinds := map[string]string{"duration": "a time such as 10s", "int": "a whole number", "uint64": "a whole number, 0 or more", "float64": "a number", "bool": "true or false"}
	kind, known := kinds[bad.GetFlag().Value.Type()]
	if !known {
		return err
	}
	if errors.Is(err, strconv.ErrRange) && bad.GetValue()[0] != '-' {
		return fmt.Errorf("--%s %q: out of range", bad.GetFlag().Name, bad.GetValue())
	}
	return fmt.Errorf("--%s %q: expected %s", bad.GetFlag().Name, bad.GetValue(), kind)
}

// split splits the value of a flag at commas. An empty string gives an empty list, which differs from an absent flag.
// An empty item is an error.
func split(flag, s string) ([]string, error) {
	list := []string{}
	if strings.TrimSpace(s) == "" {
		return list, nil
	}
	for _, x := range strings.Split(s, ",") {
		if x = strings.TrimSpace(x); x == "" {
			return nil, fmt.Errorf("--%s %q: an item of the list is empty", flag, s)
		}
		list = append(list, x)
	}
	return list, nil
}

func parseCPUs(s string) ([]int, error) {
	items, err := split("cpus", s)
	if err != nil {
		return nil, err
	}
	list := []int{}
	for _, x := range items {
		lo, hi, isRange := strings.Cut(x, "-")
		if !isRange {
			hi = lo
		}
		a, err1 := strconv.Atoi(lo)
		b, err2 := strconv.Atoi(hi)
		switch {
		case err1 == nil && err2 == nil && a > b:
			return nil, fmt.Errorf("--cpus %q: the range ends before it begins: expected %d-%d", x, b, a)
		case err1 != nil || err2 != nil:
			return nil, fmt.Errorf("--cpus %q: expected numbers such as 1,2,4 or 1-8", x)
		}
		if a < 1 || b > smp.MaxCPUs {
			return nil, fmt.Errorf("cpus: %s is out of range: choose 1 to %d", x, smp.MaxCPUs)
		}
		for ; a <= b; a++ {
			if !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
	}
	return list, nil
}

// parseKVA parses sizes of the KVA window.
func parseKVA(s string) ([]int, error) {
	items, err := split("kva", s)
	if err != nil {
		return nil, err
	}
	list := []int{}
	for _, x := range items {
		n, err := strconv.Atoi(x)
		if err != nil {
			return nil, fmt.Errorf("--kva %q: expected pages as 4096,69632", x)
		}
		list = append(list, n)
	}
	return list, nil
}

// settings parses NAME=VALUE[,VALUE...]. A name that ends in ".file" takes one value, which may contain commas.
func settings(flag string, list []string) (map[string][]string, error) {
	m := make(map[string][]string)
	for _, s := range list {
		name, text, ok := strings.Cut(s, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--%s %q: expected NAME=VALUE", flag, s)
		}
		if strings.HasSuffix(name, ".file") {
			if m[name] != nil {
				return nil, fmt.Errorf("--%s %s: given before: it takes one file", flag, s)
			}
			m[name] = []string{text}
			continue
		}
		values, err := split(flag+" "+name, text)
		if err != nil {
			return nil, err
		}
		m[name] = append(m[name], values...)
	}
	return m, nil
}
