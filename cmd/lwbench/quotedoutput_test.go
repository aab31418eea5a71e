package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	// quotedOutput matches an output in a document: the command with the number of lines shown, and the fenced text.
	quotedOutput = regexp.MustCompile("(?s)<!-- output: lwbench ([^|\n]+) \\| head -(\\d+) -->\n(.*?)<!-- end -->")
	// sourceLine matches line numbers of a design's source, which may change without the document.
	sourceLine = regexp.MustCompile(`\.go:\d+|(?m)^  [> ] *\d+`)
)

// TestQuotedOutput runs the commands whose output a document quotes. UPDATE=1 writes the output into the document.
func TestQuotedOutput(t *testing.T) {
	t.Chdir("../..")
	names, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	quoted := 0
	for _, name := range append(names, "README.md") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for _, found := range quotedOutput.FindAllStringSubmatch(text, -1) {
			quoted++
			var out strings.Builder
			run(strings.Fields(found[1]), strings.NewReader(""), &out, io.Discard)
			lines, _ := strconv.Atoi(found[2])
			parts := strings.SplitAfter(out.String(), "\n")
			block := "```\n$ lwbench " + found[1] + "\n" + strings.Join(parts[:min(lines, len(parts))], "") + "```\n"
			if sourceLine.ReplaceAllString(block, "N") != sourceLine.ReplaceAllString(found[3], "N") {
				t.Errorf("%s: the output of lwbench %s has changed (UPDATE=1 go test ./cmd/lwbench writes it):\n%s", name, found[1], block)
				text = strings.Replace(text, found[3]+"<!-- end -->", block+"<!-- end -->", 1)
			}
		}
		if os.Getenv("UPDATE") != "" && text != string(data) {
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if quoted == 0 {
		t.Error("no document quotes an output")
	}
}
