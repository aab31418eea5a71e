package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lwbench/bench/record"
	"lwbench/bench/shard"
	"lwbench/internal/texttab"
)

func mergeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "merge OUT SHARD…",
		Short: "put the shards of a sweep, a sensitivity analysis or a check together",
		Long: `Merge writes the result file that the command would have written without --shard, byte for byte, and prints what the command
would have printed: the summary and the expectations that do not hold. Of a check OUT is what it prints. Nothing is run.

Each shard that is missing, damaged, given twice, or of another grid is named in one line, and nothing is written. OUT appears
whole or not at all. Two merges at once do no harm.
Merge needs the build of lwbench and the sweep, machine and input files that made the shards.

  lwbench sweep -o big.txt --shard 1/2      # on one host
  lwbench sweep -o big.txt --shard 2/2      # on another one
  lwbench merge big.txt big.txt.*-of-2.shard

Exit status: that of the command; 2 for shards that do not make a whole.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usage(errors.New("expected OUT SHARD…: the file to write, and every shard"))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return merge(c, args[0], args[1:]) },
	}
}

func merge(c *cobra.Command, out string, paths []string) error {
	switch {
	case out == "-":
		return usage(errors.New("cannot write -: expected the name of a file"))
	case strings.HasSuffix(out, shard.Suffix):
		return usage(fmt.Errorf("cannot write %s: it has the name of a shard: the first argument is the file to write", out))
	}
	if err := outFile(out); err != nil {
		return usage(err)
	}
	set, problems := shard.ReadSet(paths)
	for _, p := range problems {
		fmt.Fprintln(c.ErrOrStderr(), "lwbench:", p)
	}
	if len(problems) > 0 {
		return statusError(exitUsage)
	}
	var data, text bytes.Buffer // what is printed says that the file is there
	err := repeat(c, set, out, &data, &text)
	if err != nil && !errors.Is(err, errFound) {
		return err
	}
	if err := writeFile(c, out, data.Bytes()); err != nil {
		return err
	}
	if _, textErr := text.WriteTo(c.OutOrStdout()); textErr != nil {
		return textErr
	}
	fmt.Fprintf(c.ErrOrStderr(), "lwbench: %s of %s\n", texttab.Count(int64(set.Entries), "result"), texttab.Count(int64(set.Of), "shard"))
	return err
}

// repeat makes the command of the shards again, with their results.
func repeat(c *cobra.Command, set *shard.Set, out string, data, text *bytes.Buffer) error {
	if len(set.Args) == 0 {
		return usage(errors.New("the shards name no command"))
	}
	k := keeping{whole: set, into: data}
	var again *cobra.Command
	switch set.Args[0] {
	case "sweep":
		f := &sweepFlags{}
		again = newSweep(f)
		f.keeping, f.out = k, out
	case "sensitivity":
		f := &sensitivityFlags{}
		again = newSensitivity(f)
		f.keeping, f.out = k, out
	case "check":
		f := &checkFlags{}
		again = newCheck(f)
		f.keeping = k
	default:
		return usage(fmt.Errorf("the shards are of lwbench %s, which cannot be merged", record.OneLine(set.Args[0])))
	}
	again.SetContext(c.Context())
	again.SetOut(text)
	again.SetErr(c.ErrOrStderr())
	if err := again.ParseFlags(set.Args[1:]); err != nil {
		return usage(fmt.Errorf("the command of the shards: %w", err))
	}
	return again.RunE(again, again.Flags().Args())
}
