package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"lwbench"
	"lwbench/bench/store"
	"lwbench/internal/texttab"
)

type cacheFlags struct {
	prune, all bool
	older      time.Duration
}

func cacheCommand() *cobra.Command {
	var f cacheFlags
	c := &cobra.Command{
		Use:   "cache DIR",
		Short: "list and prune the results that sweep --cache keeps",
		Long: `Cache lists the results in a cache by design: how many this program can use, and how many were made by other source, by
another version of Go, or on another architecture. With --prune it removes the latter, and what is damaged or was never finished; --older and --all
remove more. A sweep may go on meanwhile.`,
		Args: takes(1, 1, func(_ []string) error { return errors.New("expected DIR: the folder that sweep --cache was given") }),
		RunE: func(c *cobra.Command, args []string) error { return cache(c, &f, args[0]) },
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.BoolVar(&f.prune, "prune", false, "remove what this program cannot use")
	fs.DurationVar(&f.older, "older", 0, "with --prune: also remove what was written longer ago, as 720h")
	fs.BoolVar(&f.all, "all", false, "with --prune: remove every result")
	return c
}

// unfinished is how old a file must be that a writer has not finished: then no writer is at it.
const unfinished = time.Hour

// tally is what a cache holds of one design.
type tally struct{ usable, other, removed, bytes int64 }

func cache(c *cobra.Command, f *cacheFlags, dir string) error {
	if !f.prune && (f.all || f.older != 0) || f.older < 0 {
		return usage(errors.New("--older and --all say what --prune removes: give it, and an age of more than 0"))
	}
	if _, err := os.Stat(dir); err != nil {
		return usage(fmt.Errorf("no cache: %w", err))
	}
	kept, err := store.OpenCache(dir)
	if err != nil {
		return usage(err)
	}
	keys, err := store.NewKeys(lwbench.Sources())
	if err != nil {
		return err
	}
	tallies := make(map[string]*tally)
	for x, err := range kept.Items() {
		if err != nil {
			return err
		}
		t := tallies[x.Design]
		if t == nil {
			t = new(tally)
			tallies[x.Design] = t
		}
		usable := usable(keys, &x)
		if f.prune && f.remove(&x, usable) {
			if err := os.Remove(x.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("cannot prune the cache: %w", err)
			}
			t.removed++
			continue
		}
		t.bytes += x.Bytes
		if usable {
			t.usable++
		} else {
			t.other++
		}
	}
	return tallyTable(c, tallies)
}

// usable reports whether this program would take the result.
func usable(keys *store.Keys, x *store.Item) bool {
	if x.Cell == "" {
		return false
	}
	code, err := keys.Code(x.Design)
	return err == nil && code == x.Code
}

// remove reports whether an item is to be removed.
func (f *cacheFlags) remove(x *store.Item, usable bool) bool {
	age := time.Since(x.Written)
	if x.Unfinished {
		return age > unfinished
	}
	return f.all || !usable || f.older > 0 && age > f.older
}

// tallyTable prints a row for each design, and the sum.
func tallyTable(c *cobra.Command, tallies map[string]*tally) error {
	t := &texttab.Table{Indent: "  ", Align: "lrrrr"}
	t.Row("design", "usable", "of other source", "removed", "bytes")
	row := func(name string, x *tally) {
		t.Row(name, texttab.Thousands(float64(x.usable)), texttab.Thousands(float64(x.other)), texttab.Thousands(float64(x.removed)), texttab.Thousands(float64(x.bytes)))
	}
	var sum tally
	add := func(name string, x *tally) {
		row(name, x)
		sum.usable, sum.other, sum.removed, sum.bytes = sum.usable+x.usable, sum.other+x.other, sum.removed+x.removed, sum.bytes+x.bytes
	}
	for _, d := range lists().Designs {
		if x := tallies[d.Name]; x != nil {
			add(d.Name, x)
			delete(tallies, d.Name)
		}
	}
	rest := new(tally)
	for _, x := range tallies {
		rest.usable, rest.other, rest.removed, rest.bytes = rest.usable+x.usable, rest.other+x.other, rest.removed+x.removed, rest.bytes+x.bytes
	}
	if *rest != (tally{}) {
		add("damaged or unknown", rest)
	}
	row("all", &sum)
	return t.Write(screen(c, text))
}
