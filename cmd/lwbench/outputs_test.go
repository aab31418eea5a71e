package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOneWayToWrite: output.go alone writes the files that a flag names, so that one rule holds for all of them.
func TestOneWayToWrite(t *testing.T) {
	writes := regexp.MustCompile(`os\.(Create|WriteFile|OpenFile)\(|record\.(WriteWhole|Begin)\(`)
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Fatal(err)
	}
	for _, name := range names {
		if name == "output.go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range writes.FindAllString(string(text), -1) {
			t.Errorf("%s calls %s…: output.go has what commands write files with", name, found)
		}
	}
}
