package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"lwbench/bench/shard"
	"lwbench/bench/store"
	"lwbench/check/search"
)

// checked is what a shard holds of one design.
type checked struct {
	Text string `json:"text"` // as lwbench check prints it
	Bad  bool   `json:"bad"`  // whether the command fails for it
}

// checkShard checks the designs of one shard, or prints what all shards have found.
func checkShard(c *cobra.Command, f *checkFlags, list []search.Options) error {
	if err := f.prepare(nil); err != nil {
		return err
	}
	keys := make([]store.Key, len(list))
	for i := range list {
		var err error
		if keys[i], err = f.key(&list[i]); err != nil {
			return err
		}
	}
	args := f.args(c)
	if f.whole != nil {
		if err := f.matches(args, keys); err != nil {
			return usage(err)
		}
		return f.print(list, keys)
	}
	dir := cmp.Or(f.out, resultsFolder)
	if err := outFolder(dir); err != nil {
		return usage(err)
	}
	out := filepath.Join(dir, "check")
	n, j, err := f.openShard(c, out, args, keys)
	if err != nil || j == nil {
		return usage(err)
	}
	costs := make([]float64, len(list)) // alike: each design is given the same budget
	for _, i := range shard.Deal(costs, n) {
		if j.Load(keys[i]) != nil {
			continue
		}
		if err = f.checkInto(c, j, keys[i], list[i]); err != nil {
			break
		}
	}
	return finish(c, j, n, out, err)
}

// checkInto checks one design and saves the report.
func (f *checkFlags) checkInto(c *cobra.Command, j *shard.Journal, key store.Key, o search.Options) error {
	var text bytes.Buffer
	bad, err := f.checkDesign(c, o, &text)
	if err != nil {
		return err
	}
	data, err := json.Marshal(checked{text.String(), bad})
	if err != nil {
		return err
	}
	return j.Save(&store.Entry{Key: key, Data: data})
}

// print writes the reports of all designs, as lwbench check prints them.
func (f *checkFlags) print(list []search.Options, keys []store.Key) error {
	found := false
	for i, key := range keys {
		e := f.whole.Load(key)
		var r checked
		if e == nil || json.Unmarshal(e.Data, &r) != nil {
			return usage(fmt.Errorf("no shard holds the check of %s", list[i].Design.Name))
		}
		found = found || r.Bad
		if _, err := fmt.Fprint(f.into, r.Text); err != nil {
			return err
		}
	}
	if found {
		return errFound
	}
	return nil
}

// key returns the key of what a check of one design prints.
func (f *checkFlags) key(o *search.Options) (store.Key, error) {
	trace := ""
	if o.Scenario != nil {
		trace = o.Scenario.Trace.String()
	}
	return f.keys.Text(fmt.Sprintf("check %s on %s\nset %v\nseed %d cpus %d speculate %v shapes %v granularity %v bound %d budget %d out %q\n%s",
		o.Design.Name, f.keys.Machine(o.Machine), o.Set, o.Seed, o.CPUs, o.Speculate, o.Shapes, o.Granularity, o.Bound, o.Budget, f.out, trace), "cmd/lwbench")
}

// args are the arguments of the whole check.
func (f *checkFlags) args(c *cobra.Command) []string {
	args := shardArgs(c, "check")
	if f.out != "" {
		args = append(args, "--output="+f.out) // reports name the files in it
	}
	return args
}
