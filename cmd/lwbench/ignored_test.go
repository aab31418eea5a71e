package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestQuotedOutputsIgnored: a command quoted in a document leaves no untracked file in the clone: git ignores what it writes.
func TestQuotedOutputsIgnored(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		t.Skip("not a clone")
	}
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile("lwbench (?:sweep|run|check|replay|import|profile|report|exposure|validate|sensitivity|calibrate|merge) [^`#|&\n]*")
	output := regexp.MustCompile(`(?: -o | --(?:output|html|record|plots|profile|cpuprofile|lockprofile|cache) | merge )([\w./-]+)`)
	n := 0
	for _, document := range append(documents, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range quoted.FindAllString(string(text), -1) {
			for _, m := range output.FindAllStringSubmatch(command, -1) {
				name := m[1]
				if n++; name == "-" || strings.HasPrefix(name, "/") || name == "FILE" || name == "DIR" {
					continue
				}
				if strings.Contains(command, "--shard") {
					name += ".1-of-2.shard"
				}
				git := exec.Command("git", "check-ignore", "-q", name)
				git.Dir = root
				if err := git.Run(); err != nil {
					t.Errorf("%s: %q leaves %s in the clone: put it into .gitignore", filepath.Base(document), strings.TrimSpace(command), name)
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d files in the commands", n)
	}
}
