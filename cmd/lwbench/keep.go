package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lwbench"
	"lwbench/bench"
	"lwbench/bench/record"
	"lwbench/bench/report"
	"lwbench/bench/shard"
	"lwbench/bench/store"
	"lwbench/internal/texttab"
)

// The help of the flags.
const (
	helpShard = "run only shard `K/N` of the cells, into OUT.K-of-N.shard; auto takes K and N from Slurm or Kubernetes (lwbench merge puts shards together)"
	helpCache = "keep results in `DIR`, and do not run cells whose results are there (lwbench cache)"
)

// keeping is where the results of a command's cells are found and kept.
type keeping struct {
	shard, cache string     // flags
	whole        *shard.Set // lwbench merge: every result, none is run
	into         io.Writer  // lwbench merge: the result file
	keys         *store.Keys
	opened       *store.Cache
}

// on reports whether a cell needs a key.
func (k *keeping) on() bool { return k.shard != "" || k.cache != "" || k.whole != nil }

// prepare checks the flags for the cells and opens the cache. The error is bad usage.
func (k *keeping) prepare(cells []*bench.Cell) (err error) {
	if !k.on() {
		return nil
	}
	if k.keys, err = store.NewKeys(lwbench.Sources()); err != nil {
		return err
	}
	if len(cells) > 0 && !cells[0].Engine.Exact {
		return errors.New("--engine live: figures of real threads differ from run to run: leave --shard and --cache out")
	}
	for _, c := range cells {
		if c.ReadsInput() {
			if _, err := k.keys.Cell(c); err != nil {
				return err
			}
		}
	}
	if k.cache != "" {
		k.opened, err = store.OpenCache(k.cache)
	}
	return err
}

// run is the Runner of the cells.
func (k *keeping) run(ctx context.Context, c *bench.Cell) (*bench.Result, error) {
	switch {
	case k.whole != nil:
		return store.Through(k.whole, k.keys, notInSet)(ctx, c)
	case k.opened != nil:
		return store.Through(k.opened, k.keys, bench.Simulate)(ctx, c)
	}
	return bench.Simulate(ctx, c)
}

// notInSet is the Runner of cells that no shard holds.
func notInSet(_ context.Context, c *bench.Cell) (*bench.Result, error) {
	return nil, fmt.Errorf("no shard holds %s on %s", c.Name(), c.Machine.Name)
}

// open opens the result file, or begins it for lwbench merge.
func (k *keeping) open(path string, h record.Header, resume bool, stdout io.Writer) (*record.Output, error) {
	if k.whole != nil {
		return record.To(k.into, path, h)
	}
	return record.Open(path, h, resume, stdout)
}

// sayHits says how many cells were not run because their results were kept.
func (k *keeping) sayHits(talk io.Writer) {
	if k.opened != nil {
		hits, misses := k.opened.Hits()
		fmt.Fprintf(talk, "lwbench: %d of %s from the cache %s\n", hits, texttab.Count(hits+misses, "result"), k.cache)
	}
}

// header describes one shard of the cells. Every shard of a grid is of the same program and the same input.
func (k *keeping) header(n shard.Number, args []string, keys []store.Key) (*shard.Header, error) {
	var b strings.Builder
	for _, key := range keys {
		fmt.Fprintln(&b, key)
	}
	grid, err := k.keys.Text(args[0]+"\n"+b.String(), "cmd/lwbench")
	return &shard.Header{Args: args, Shard: n.Shard, Of: n.Of, Grid: grid.String()}, err
}

// matches reports whether the set of shards is of this grid.
func (k *keeping) matches(args []string, keys []store.Key) error {
	h, err := k.header(shard.Number{Shard: 1, Of: k.whole.Of}, args, keys)
	if err == nil && h.Grid != k.whole.Grid {
		err = errors.New("the shards were made by another build of lwbench or with other sweep, machine or input files: merge them with the program and the files that made them")
	}
	return err
}

// openShard opens the shard that the flag names, of cells with the given keys. It is complete if j is nil.
func (k *keeping) openShard(c *cobra.Command, out string, args []string, keys []store.Key) (n shard.Number, j *shard.Journal, err error) {
	if out == "-" {
		return n, nil, errors.New("-o -: a shard is a file: give its name")
	}
	if n, err = shard.ParseNumber(k.shard, os.Getenv); err != nil {
		return n, nil, err
	}
	h, err := k.header(n, args, keys)
	if err != nil {
		return n, nil, err
	}
	path := shard.FileName(out, n)
	if j, err = shard.Open(path, h); err != nil {
		return n, nil, err
	}
	if j.Complete {
		fmt.Fprintf(c.OutOrStdout(), "shard %s is complete in %s\n", n, path)
		return n, nil, j.Finish()
	}
	if j.Found > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "lwbench: shard %s: %s already there\n", n, texttab.Count(int64(j.Found), "result"))
	}
	return n, j, nil
}

// finish ends a shard after err. Without an error it is complete.
func finish(c *cobra.Command, j *shard.Journal, n shard.Number, out string, err error) error {
	if err == nil {
		err = j.Finish()
	}
	err = errors.Join(err, j.Close())
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(c.ErrOrStderr(), "lwbench: shard %s is not complete: the same command continues\n", n)
	}
	if err == nil {
		fmt.Fprintf(c.OutOrStdout(), "shard %s is complete in %s\nnext, with every shard: lwbench merge %s %s.*-of-%d.shard\n", n, shard.FileName(out, n), out, out, n.Of)
	}
	return err
}

// cellKeys returns the keys of the cells.
func (k *keeping) cellKeys(cells []*bench.Cell) (keys []store.Key, err error) {
	keys = make([]store.Key, len(cells))
	for i, cell := range cells {
		if keys[i], err = k.keys.Cell(cell); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// grid prepares the shard or the merge of a grid. It reports whether the command is one shard, which has then been run.
func (k *keeping) grid(c *cobra.Command, out string, args []string, cells []*bench.Cell, jobs int, refine bool) (done bool, err error) {
	switch {
	case k.shard != "":
		return true, k.runShard(c, out, args, cells, jobs, refine)
	case k.whole != nil:
		keys, err := k.cellKeys(cells)
		if err == nil {
			err = k.matches(args, keys)
		}
		return false, usage(err)
	}
	return false, nil
}

// runShard runs one shard of the cells. With refine it also runs again those that decide who wins.
func (k *keeping) runShard(c *cobra.Command, out string, args []string, cells []*bench.Cell, jobs int, refine bool) error {
	keys, err := k.cellKeys(cells)
	if err != nil {
		return usage(err)
	}
	n, j, err := k.openShard(c, out, args, keys)
	if err != nil || j == nil {
		return usage(err)
	}
	var results []*record.Result
	run := func(cells []*bench.Cell) error {
		bar := newProgress(c.ErrOrStderr(), len(cells))
		defer bar.end()
		return bench.RunCells(c.Context(), cells, jobs, bar.of(store.Through(j, k.keys, k.run)), func(r *bench.Result) error {
			bar.done()
			if refine && r.Failed == nil && r.Cell.Until != nil {
				results = append(results, r.Record())
			}
			return nil
		})
	}
	mine := shard.Cells(cells, n)
	if err = run(mine); err == nil && refine {
		err = report.Rerun(lists(), mine, func() []*record.Result { return results }, run)
	}
	k.sayHits(c.ErrOrStderr())
	return inputError(finish(c, j, n, out, err))
}

// shardArgs are the arguments of a command for the whole grid, for lwbench merge: words and the flags that affect results.
func shardArgs(c *cobra.Command, words ...string) []string {
	args := slices.Clone(words)
	for _, f := range resultFlags(c) {
		args = append(args, "--"+f.Name+"="+f.Value)
	}
	return args
}
