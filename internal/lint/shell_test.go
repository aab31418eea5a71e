package lint

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// shellFunction is the first line of a function in a shell script, at any indentation.
var shellFunction = regexp.MustCompile(`^\s*(?:function\s+)?([A-Za-z_][\w-]*)\s*\(\)`)

// shellFunctions finds functions that a shell script defines twice: the shell takes the later one without a word.
func shellFunctions(m *module) (out []string) {
	for _, p := range slices.Sorted(maps.Keys(m.texts)) {
		text := m.texts[p]
		if first, _, _ := strings.Cut(text, "\n"); !strings.HasPrefix(first, "#!") || !strings.HasSuffix(first, "sh") {
			continue
		}
		seen, n := map[string]int{}, 0
		for line := range strings.Lines(text) {
			n++
			found := shellFunction.FindStringSubmatch(line)
			if found == nil {
				continue
			}
			if at := seen[found[1]]; at != 0 {
				out = append(out, fmt.Sprintf("%s:%d: function %s is defined in line %d already", p, n, found[1], at))
			}
			seen[found[1]] = n
		}
	}
	return out
}
