package mutants

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// change is a diff of one file.
type change struct {
	path  string
	hunks []hunk
}

// hunk replaces some lines, including context, by others. Both end with a newline.
type hunk struct{ old, new string }

// apply returns text with all hunks applied. Each hunk's old lines must occur in text exactly once.
func (c *change) apply(text string) (string, error) {
	for i, h := range c.hunks {
		at := find(text, h.old)
		if len(at) != 1 {
			return "", fmt.Errorf("%s has the lines of hunk %d %d times, want once: make the patch again", c.path, i+1, len(at))
		}
		text = text[:at[0]] + h.new + text[at[0]+len(h.old):]
	}
	return text, nil
}

// find returns the positions of the complete lines in text.
func find(text, lines string) (at []int) {
	for from := 0; from < len(text); {
		i := strings.Index(text[from:], lines)
		if i < 0 {
			break
		}
		if i += from; i == 0 || text[i-1] == '\n' {
			at = append(at, i)
		}
		from = i + 1
	}
	return at
}

var hunkHeader = regexp.MustCompile(`^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@`)

// parseDiff parses a unified diff with paths a/… and b/…, of files that exist before and after.
func parseDiff(diff string) (out []change, err error) {
	lines := strings.SplitAfter(diff, "\n")
	for i := 0; i < len(lines) && lines[i] != ""; {
		path, ok := strings.CutPrefix(lines[i], "--- a/")
		if !ok || i+1 == len(lines) || lines[i+1] != "+++ b/"+path {
			return nil, fmt.Errorf("expected --- a/FILE and +++ b/FILE, the same file, at %q", lines[i])
		}
		c := change{path: strings.TrimSpace(path)}
		for i += 2; i < len(lines) && strings.HasPrefix(lines[i], "@@"); {
			h, n, err := parseHunk(lines[i:])
			if err != nil {
				return nil, err
			}
			c.hunks = append(c.hunks, h)
			i += n
		}
		if c.hunks == nil {
			return nil, fmt.Errorf("%s: no hunks", c.path)
		}
		out = append(out, c)
	}
	if out == nil {
		return nil, errors.New("it has no diff")
	}
	return out, nil
}

// parseHunk parses the hunk at the start of lines. It returns its number of lines.
func parseHunk(lines []string) (h hunk, n int, err error) {
	m := hunkHeader.FindStringSubmatch(lines[0])
	if m == nil {
		return h, 0, fmt.Errorf("no hunk header: %q", lines[0])
	}
	old, new := count(m[1]), count(m[2])
	for n = 1; old > 0 || new > 0; n++ {
		if n == len(lines) || lines[n] == "" {
			return h, 0, fmt.Errorf("the hunk %q ends too early", strings.TrimSpace(lines[0]))
		}
		rest := lines[n][1:]
		switch lines[n][0] {
		case ' ':
			h.old, h.new = h.old+rest, h.new+rest
			old, new = old-1, new-1
		case '-':
			h.old += rest
			old--
		case '+':
			h.new += rest
			new--
		default:
			return h, 0, fmt.Errorf("not a line of a hunk: %q", lines[n])
		}
	}
	if old != 0 || new != 0 || h.old == "" || h.old == h.new {
		return h, 0, fmt.Errorf("the hunk %q has a different number of lines than its header says, or changes nothing", strings.TrimSpace(lines[0]))
	}
	return h, n, nil
}

// count parses a number of lines, 1 if it is omitted.
func count(s string) int {
	if s == "" {
		return 1
	}
	n, _ := strconv.Atoi(s)
	return n
}
