// Command ratios answers what it costs to write the lab in Go: it runs the hot paths of scripts/reference/hotpath.c and the same
// ones in Go, pinned alike, in turn, and prints the table of ratios in Markdown.
//
//	go run ./bench/ratios [-rounds 31] [-pairs 300000] [-with 'nice -n -20']     from the root of the repository
//	go run ./bench/ratios PATH THREADS PAIRS                                     one time in Go, in nanoseconds, as hotpath prints it
//
// The ratio is taken within each round, C, Go and Go with cmd/lwbench/default.pgo one after the other: a host that changes its
// pace does so for all three. It needs a C compiler, and says so where there is none.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

func main() {
	rounds := flag.Int("rounds", 31, "how often each path runs")
	pairs := flag.Int("pairs", 300000, "pairs of a run: some milliseconds, so that most rounds are undisturbed")
	with := flag.String("with", "", "`COMMAND` that starts each measured process, on a host with other load: nice -n -20")
	flag.Parse()
	err := errors.New("expected no argument, or PATH THREADS PAIRS; -rounds and -pairs are at least 1")
	switch {
	case flag.NArg() == 3:
		err = printTime(flag.Args())
	case flag.NArg() == 0 && *rounds > 0 && *pairs > 0:
		err = compare(*rounds, *pairs, strings.Fields(*with))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ratios:", err)
		os.Exit(2)
	}
}

// printTime measures one path in this process.
func printTime(args []string) error {
	threads, err := strconv.Atoi(args[1])
	n, err2 := strconv.Atoi(args[2])
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	ns, err := pairTime(args[0], threads, n)
	if err == nil {
		fmt.Println(ns)
	}
	return err
}

// compare measures every path in C and in Go and prints the table.
func compare(rounds, pairs int, with []string) error {
	compiler := ""
	for _, name := range []string{"cc", "gcc", "clang"} {
		if path, err := exec.LookPath(name); err == nil {
			compiler = cmp.Or(compiler, path)
		}
	}
	if compiler == "" {
		fmt.Println("skipped: no C compiler here (cc, gcc or clang)")
		return nil
	}
	dir, err := os.MkdirTemp("", "lwbench-ratios")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	inC, plain, tuned := filepath.Join(dir, "hotpath"), filepath.Join(dir, "go"), filepath.Join(dir, "pgo")
	for _, build := range [][]string{
		{compiler, "-O2", "-pthread", "-o", inC, "scripts/reference/hotpath.c"},
		{"go", "build", "-pgo=off", "-o", plain, "./bench/ratios"},
		{"go", "build", "-pgo=cmd/lwbench/default.pgo", "-o", tuned, "./bench/ratios"},
	} {
		if out, err := exec.Command(build[0], build[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(build, " "), err, out)
		}
	}
	var rows []*times
	for _, path := range paths {
		for threads := 1; threads <= min(2, runtime.NumCPU()); threads++ {
			rows = append(rows, &times{path: path, threads: threads})
		}
	}
	for range rounds {
		for _, t := range rows {
			err := errors.Join(t.add(&t.c, pairs, with, inC), t.add(&t.plain, pairs, with, plain), t.add(&t.pgo, pairs, with, tuned))
			if err != nil {
				return err
			}
		}
	}
	writeTable(os.Stdout, rows)
	version, err := exec.Command(compiler, "--version").Output()
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(version), "\n")
	average, _ := os.ReadFile("/proc/loadavg") // not on every system
	load, _, _ := strings.Cut(string(average), " ")
	fmt.Printf("\n%d rounds of %d pairs; load %s at the end; %s; %s\n", rounds, pairs, cmp.Or(load, "?"), runtime.Version(), first)
	return nil
}

// add appends the time that a program prints for the path.
func (t *times) add(to *[]float64, pairs int, with []string, program string) error {
	args := append(append([]string{}, with...), program, t.path, strconv.Itoa(t.threads), strconv.Itoa(pairs))
	out, err := exec.Command(args[0], args[1:]...).Output()
	if err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	ns, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	*to = append(*to, ns)
	return err
}
