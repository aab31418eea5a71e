package main

import (
	"reflect"
	"strings"
	"testing"
)

func TestQuotedCommandsFound(t *testing.T) {
	texts := map[string]string{
		"README.md": "Type `lwbench list machines`, or `lwbench\nrun --alloc sfbuf`; `lwbench` alone is not a command.\n\n" +
			"```\n$ lwbench sweep --cpus 1,2 \\\n    --seed 7 | less\ngo run ./cmd/lwbench sweep -o - > x.txt  # all\noutput of lwbench sweep\n```\n",
		"results/a.txt":        "# lwbench sweep bench/sweeps/a.yaml -o results/a.txt\nx\n",
		"results/b/README.md":  "`lwbench run --seed 1 > results/b/out.txt`\n",
		"results/b/out.txt":    "no command: the README has it\n",
		"results/c.txt":        "command: lwbench sweep\n",
		"results/forgotten.md": strings.Repeat("\n", headerLines) + "# lwbench sweep\n",
		"check/doc.go":         "// Package check is run as\n//\n//\tlwbench check --alloc lwbuf\npackage check\n\n//\tlwbench no\n",
	}
	var got []string
	found, complaints := quotedCommands(texts)
	for _, c := range found {
		got = append(got, c.where+": "+strings.Join(c.args, " "))
	}
	want := []string{
		"README.md: sweep --cpus 1,2 --seed 7",
		"README.md: sweep -o -",
		"README.md: list machines",
		"README.md: run --alloc sfbuf",
		"check/doc.go: check --alloc lwbuf",
		"results/a.txt: sweep bench/sweeps/a.yaml -o results/a.txt",
		"results/b/README.md: run --seed 1",
		"results/b/README.md: run --seed 1",
		"results/c.txt: sweep",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if want := []string{"results/forgotten.md:1: the command that made it is missing from the header"}; !reflect.DeepEqual(complaints, want) {
		t.Errorf("complaints %q, want %q", complaints, want)
	}
}

func TestHarmless(t *testing.T) {
	for _, k := range []struct {
		args   string
		dryRun bool
		want   string
	}{
		{"sweep --cpus 1", true, "sweep --cpus 1 --dry-run"},
		{"list machines", false, "list machines --help"},
		{"sweep --ops N -o FILE", true, "sweep --ops 1 -o FILE --help"},
		{"list [allocators|units]", false, "list --help"},
		{"replay FILE --alloc NAME[,NAME…] …", false, "replay FILE --alloc --help"},
	} {
		if got := strings.Join(harmless(strings.Fields(k.args), k.dryRun), " "); got != k.want {
			t.Errorf("%s: got %s, want %s", k.args, got, k.want)
		}
	}
}
