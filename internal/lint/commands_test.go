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
	// placeholder is a word for which the reader fills in a value.
	placeholder = regexp.MustCompile(`\b(FILE|NAME|DIR|N)\b|…|\.\.\.|^\[|\]$`)
	// shell ends a command's own words.
	shell = regexp.MustCompile(`^([|;<>#&]|2>)`)
)

// headerLines is how far down a recorded result, or the README beside it, may name its command.
const headerLines = 5

// split returns the arguments of a quoted command line.
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

// commands finds every command in Markdown files and package comments, and the first one of each recorded result.
func commands(m *module) (found []command, complaints []string) {
	for _, name := range slices.Sorted(maps.Keys(m.texts)) {
		text := m.texts[name]
		if strings.HasPrefix(name, "results/") && !strings.HasSuffix(name, ".table") { // a table is the output of its .txt's command
			if line := headerCommand(text); line != "" {
				found = append(found, command{name, split(line)})
			} else if readme := path.Dir(name) + "/README.md"; name != "results/README.md" && headerCommand(m.texts[readme]) == "" {
				complaints = append(complaints, name+":1: does not begin with the command that made it")
			}
		}
		if strings.HasSuffix(name, ".md") {
			found = append(found, markdownCommands(name, text)...)
		}
	}
	for _, f := range m.files {
		if f.Doc == nil {
			continue
		}
		for _, l := range strings.Split(f.Doc.Text(), "\n") {
			if code, ok := strings.CutPrefix(l, "\t"); ok && isCommand(code) {
				found = append(found, command{f.path, split(code)})
			}
		}
	}
	return found, complaints
}

// isCommand reports whether a line of code calls the program.
func isCommand(line string) bool {
	return strings.HasPrefix(line, "lwbench ") || strings.HasPrefix(line, "go run ./cmd/lwbench ")
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
			if l = strings.TrimPrefix(strings.TrimSpace(l), "$ "); isCommand(l) {
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
// has --dry-run, which also checks names and values.
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

// TestCommandsParse runs every quoted command, made harmless: a reader can type what a document quotes.
func TestCommandsParse(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "lwbench")
	if out, err := exec.Command("go", "build", "-pgo=off", "-o", bin, "lwbench/cmd/lwbench").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	lwbench := func(args ...string) ([]byte, error) {
		c := exec.Command(bin, args...)
		c.Dir = root
		return c.CombinedOutput()
	}
	found, complaints := commands(openModule(t, os.DirFS(root)))
	for _, c := range complaints {
		t.Error(c)
	}
	if len(found) < 50 {
		t.Errorf("only %d commands found", len(found))
	}
	dryRun, done := map[string]bool{}, map[string]bool{}
	for _, c := range found {
		line := strings.Join(c.args, " ")
		if done[line] {
			continue
		}
		done[line] = true
		sub := c.args[0]
		if _, ok := dryRun[sub]; !ok {
			help, _ := lwbench(sub, "--help")
			dryRun[sub] = bytes.Contains(help, []byte("--dry-run"))
		}
		if out, err := lwbench(harmless(c.args, dryRun[sub])...); err != nil {
			t.Errorf("%s: lwbench %s: %v\n%s", c.where, line, err, out)
		}
	}
	t.Logf("%d commands parse", len(done))
}
