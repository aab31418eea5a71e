package lint

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// required is a direct requirement of a module file.
	required = regexp.MustCompile(`(?m)^\t(\S+) v\S+$`)
	// tool is a command that a module file pins, alone or in a block.
	tool = regexp.MustCompile(`(?m)^(?:tool |\t)([\w.-]+\.\w+/\S+)$`)
	// module path in a table row of the document.
	documentedModule = regexp.MustCompile("`([\\w.-]+\\.\\w+/[^`]+)`")
)

// TestDependenciesDocumented: docs/DEPENDENCIES.md has every direct requirement and every tool in a table row, and no
// module that is gone.
func TestDependenciesDocumented(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	want := map[string]bool{}
	for _, found := range required.FindAllStringSubmatch(read("go.mod"), -1) {
		want[found[1]] = true
	}
	tools := tool.FindAllStringSubmatch(read("tools.mod"), -1)
	if len(want) < 10 || len(tools) < 3 {
		t.Fatalf("only %d requirements and %d tools found", len(want), len(tools))
	}
	rows := map[string]bool{}
	for _, line := range strings.Split(read("docs/DEPENDENCIES.md"), "\n") {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			for _, found := range documentedModule.FindAllStringSubmatch(cells[1], -1) {
				rows[found[1]] = true
			}
		}
	}
	for name := range want {
		if !rows[name] {
			t.Errorf("docs/DEPENDENCIES.md: has no row for %s", name)
		}
	}
	for _, found := range tools {
		documented := false
		for name := range rows {
			if found[1] == name || strings.HasPrefix(found[1], name+"/") {
				documented, want[name] = true, true
			}
		}
		if !documented {
			t.Errorf("docs/DEPENDENCIES.md: has no row for the tool %s", found[1])
		}
	}
	for name := range rows {
		if !want[name] {
			t.Errorf("docs/DEPENDENCIES.md: %s is not a requirement of go.mod or a tool of tools.mod", name)
		}
	}
}
