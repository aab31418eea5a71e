package lint

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// command is one "lwbench …" quoted in a text, and where.
type command struct {
	where string
	args  []string
}

var (
	fence  = regexp.MustCompile("(?ms)^[ \t]*```.*?^[ \t]*```[ \t]*$")
	inline = regexp.MustCompile("`((?:go run \\./cmd/)?lwbench [^`]+)`")
	header = regexp.MustCompile("^[#> ]*(?:command: *|made by: *)?`?((?:go run \\./cmd/)?lwbench [^`]+)`?$")
	// placeholder is a word that stands for what the reader fills in.
	placeholder = regexp.MustCompile(`\b(FILE|NAME|DIR|N)\b|…|\.\.\.|^\[|\]$`)
	// shell ends a command's own words.
	shell = regexp.MustCompile(`^([|;<>#&]|2>)`)
)

// headerLines is how far down a recorded result, or the README beside it, may name its command.
const headerLines = 5

// split takes the arguments out of a quoted command line.
func split(line string) (args []string) {
	_, line, _ = strings.Cut(line, "lwbench ")
	for _, w := range strings.Fields(line) {
		if shell.MatchString(w) {
			break
		}
		args = append(args, strings.Trim(w, `"'`))
	}
	return args
}

// commands finds every command in the Markdown files, and the one with which each recorded result begins.
func commands(h *house) (found []command, complaints []string) {
	for _, name := range slices.Sorted(maps.Keys(h.texts)) {
		text := h.texts[name]
		if strings.HasPrefix(name, "results/") && !strings.HasSuffix(name, ".table") { // a table is what its .txt's command printed
			if line := headerCommand(text); line != "" {
				found = append(found, command{name, split(line)})
			} else if readme := path.Dir(name) + "/README.md"; name != "results/README.md" && headerCommand(h.texts[readme]) == "" {
				complaints = append(complaints, name+":1: does not begin with the command that made it")
			}
		}
		if strings.HasSuffix(name, ".md") {
			found = append(found, markdownCommands(name, text)...)
		}
	}
	return found, complaints
}

// headerCommand is the command in the first lines of a recorded result.
func headerCommand(text string) string {
	lines := strings.Split(text, "\n")
	for _, l := range lines[:min(headerLines, len(lines))] {
		if m := header.FindStringSubmatch(l); m != nil {
			return m[1]
		}
	}
	return ""
}

func markdownCommands(name, text string) (out []command) {
	for _, block := range fence.FindAllString(text, -1) {
		for _, l := range strings.Split(strings.ReplaceAll(block, "\\\n", " "), "\n") {
			l = strings.TrimPrefix(strings.TrimSpace(l), "$ ")
			if strings.HasPrefix(l, "lwbench ") || strings.HasPrefix(l, "go run ./cmd/lwbench ") {
				out = append(out, command{name, split(l)})
			}
		}
	}
	prose := strings.ReplaceAll(fence.ReplaceAllString(text, ""), "\n", " ")
	for _, m := range inline.FindAllStringSubmatch(prose, -1) {
		out = append(out, command{name, split(m[1])})
	}
	return out
}

// harmless turns a command into one that parses all of its flags and does no work. dryRun says whether the subcommand
// has --dry-run, which checks names and values too.
func harmless(args []string, dryRun bool) (out []string) {
	if dryRun && !slices.ContainsFunc(args, placeholder.MatchString) {
		return append(slices.Clone(args), "--dry-run")
	}
	for _, a := range args {
		switch {
		case a == "N":
			a = "1"
		case strings.HasPrefix(a, "["), strings.HasSuffix(a, "]"), a == "…", a == "...":
			continue
		}
		out = append(out, a)
	}
	return append(out, "--help")
}

// TestCommandsParse runs every quoted command, made harmless. What is quoted must be what the reader can type.
func TestCommandsParse(t *testing.T) {
	if names, _ := filepath.Glob("cmd/lwbench/*.go"); names == nil {
		t.Skip("cmd/lwbench has no Go files")
	}
	bin := filepath.Join(t.TempDir(), "lwbench")
	if out, err := exec.Command("go", "build", "-o", bin, "./cmd/lwbench").CombinedOutput(); err != nil {
		t.Fatalf("go build ./cmd/lwbench: %v\n%s", err, out)
	}
	found, complaints := commands(openHouse(t, os.DirFS("../..")))
	for _, c := range complaints {
		t.Error(c)
	}
	dryRun := map[string]bool{}
	for _, c := range found {
		sub := c.args[0]
		if _, ok := dryRun[sub]; !ok {
			help, _ := exec.Command(bin, sub, "--help").CombinedOutput()
			dryRun[sub] = bytes.Contains(help, []byte("--dry-run"))
		}
		if out, err := exec.Command(bin, harmless(c.args, dryRun[sub])...).CombinedOutput(); err != nil {
			t.Errorf("%s: lwbench %s: %v\n%s", c.where, strings.Join(c.args, " "), err, out)
		}
	}
	t.Logf("%d commands parse", len(found))
}
