package main

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// command is one "lwbench …" quoted in a text, and its location.
type command struct {
	where string
	args  []string
}

var (
	fence           = regexp.MustCompile("(?ms)^[ \t]*```.*?^[ \t]*```[ \t]*$")
	inline          = regexp.MustCompile("`((?:go run \\./cmd/)?lwbench [^`]+)`")
	recordedCommand = regexp.MustCompile("^[#> ]*(?:command: *|made by: *)?`?((?:go run \\./cmd/)?lwbench [^`]+)`?$")
	// placeholder is a word for which the reader fills in a value.
	placeholder = regexp.MustCompile(`\b(FILE|NAME|DIR|N)\b|…|\.\.\.|^\[|\]$`)
	// shell matches the first word that no longer belongs to the command.
	shell = regexp.MustCompile(`^([|;<>#&]|2>)`)
)

// headerLines is the number of lines in which a recorded result, or the README beside it, must give its command.
const headerLines = 5

// arguments returns the arguments of a quoted command line.
func arguments(line string) (args []string) {
	_, line, _ = strings.Cut(line, "lwbench ")
	for _, w := range strings.Fields(line) {
		if shell.MatchString(w) {
			break
		}
		args = append(args, strings.Trim(w, `"'`))
	}
	return args
}

// quotedCommands finds every command in Markdown files and package comments, and the first one of each recorded
// result.
func quotedCommands(texts map[string]string) (found []command, complaints []string) {
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		text := texts[name]
		if path.Ext(name) == ".go" {
			found = append(found, packageCommands(name, text)...)
			continue
		}
		if strings.HasPrefix(name, "results/") && !strings.HasSuffix(name, ".table") { // a table is the output of the command in its .txt
			if line := headerCommand(text); line != "" {
				found = append(found, command{name, arguments(line)})
			} else if readme := path.Dir(name) + "/README.md"; name != "results/README.md" && headerCommand(texts[readme]) == "" {
				complaints = append(complaints, name+":1: the command that made it is missing from the header")
			}
		}
		if strings.HasSuffix(name, ".md") {
			found = append(found, markdownCommands(name, text)...)
		}
	}
	return found, complaints
}

// packageCommands finds the commands in the code blocks of a package comment.
func packageCommands(name, text string) (out []command) {
	comment, _, _ := strings.Cut(text, "\npackage ")
	for _, l := range strings.Split(comment, "\n") {
		if code, ok := strings.CutPrefix(l, "//\t"); ok && isCommand(code) {
			out = append(out, command{name, arguments(code)})
		}
	}
	return out
}

// isCommand reports whether a line of code runs the program.
func isCommand(line string) bool {
	return strings.HasPrefix(line, "lwbench ") || strings.HasPrefix(line, "go run ./cmd/lwbench ")
}

// headerCommand returns the command in the first lines of a recorded result.
func headerCommand(text string) string {
	lines := strings.Split(text, "\n")
	for _, l := range lines[:min(headerLines, len(lines))] {
		if m := recordedCommand.FindStringSubmatch(l); m != nil {
			return m[1]
		}
	}
	return ""
}

func markdownCommands(name, text string) (out []command) {
	for _, block := range fence.FindAllString(text, -1) {
		for _, l := range strings.Split(strings.ReplaceAll(block, "\\\n", " "), "\n") {
			if l = strings.TrimPrefix(strings.TrimSpace(l), "$ "); isCommand(l) {
				out = append(out, command{name, arguments(l)})
			}
		}
	}
	prose := strings.ReplaceAll(fence.ReplaceAllString(text, ""), "\n", " ")
	for _, m := range inline.FindAllStringSubmatch(prose, -1) {
		out = append(out, command{name, arguments(m[1])})
	}
	return out
}

// harmless turns a command into one that parses all its flags and does no work. dryRun says whether the subcommand
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

// quoting reads the files that may quote a command: Markdown, Go files other than tests, and everything below
// results.
func quoting(t *testing.T, fsys fs.FS) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (d.Name() == "testdata" || d.Name()[0] == '.' || d.Name()[0] == '_'):
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(p, "_test.go"):
			return nil
		case path.Ext(p) == ".go" || path.Ext(p) == ".md" || strings.HasPrefix(p, "results/"):
			text, err := fs.ReadFile(fsys, p)
			texts[p] = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// TestQuotedCommandsParse runs a harmless form of every quoted command, so that readers can run what a document
// quotes.
func TestQuotedCommandsParse(t *testing.T) {
	t.Chdir("../..")
	lwbench := func(args ...string) (status int, out string) {
		var b bytes.Buffer
		status = run(args, strings.NewReader(""), &b, &b)
		return status, b.String()
	}
	found, complaints := quotedCommands(quoting(t, os.DirFS(".")))
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
			_, help := lwbench(sub, "--help")
			dryRun[sub] = strings.Contains(help, "--dry-run")
		}
		if status, out := lwbench(harmless(c.args, dryRun[sub])...); status != exitOK {
			t.Errorf("%s: lwbench %s: exit status %d\n%s", c.where, line, status, out)
		}
	}
	t.Logf("%d commands parse", len(done))
}
