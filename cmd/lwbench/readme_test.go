package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeInputs: a reader can type every command of README.md in its order. A file that a command reads is in the repository, or an
// earlier command has written it.
func TestReadmeInputs(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	file := regexp.MustCompile(`^(?:[a-z]+\.file=)?([\w./-]+\.(?:txt|log|gz|ops|yaml|shard))$`)
	written := map[string]bool{}
	n := 0
	for line := range strings.Lines(string(text)) {
		_, command, found := strings.Cut(line, "go run ./cmd/lwbench ")
		if !found {
			continue
		}
		command, _, _ = strings.Cut(command, "#")
		words := strings.Fields(command)
		for i, w := range words {
			m := file.FindStringSubmatch(w)
			if m == nil {
				continue
			}
			if i > 0 && (words[i-1] == "-o" || words[i-1] == "--html") || words[0] == "merge" && i == 1 {
				written[m[1]] = true
				continue
			}
			n++
			made := written[m[1]] || strings.HasSuffix(m[1], ".shard") && written[strings.SplitN(m[1], ".txt", 2)[0]+".txt"]
			if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil && !made {
				t.Errorf("README.md: lwbench %s: %s is not in the repository, and no command before writes it", strings.TrimSpace(command), m[1])
			}
		}
		if words[0] == "sweep" && !strings.Contains(command, "-o ") {
			written["results/sweep.txt"] = true
		}
	}
	if n < 5 {
		t.Errorf("only %d files in the commands", n)
	}
}
