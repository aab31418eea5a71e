package mutants

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Recorded is the table of the collection in the source tree, slash-separated.
const Recorded = "results/check/mutants.txt"

// took matches the columns of schedules and seconds in a row of the table.
var took = regexp.MustCompile(` [0-9,]+ +([0-9]+\.[0-9]{2})  `)

// Estimate returns how long the searches of list took when the table was recorded, each at most most; a mutant that
// is not in it counts as most. It does not include building the programs. It is 0 if the tree has no table.
func Estimate(root string, list []Mutant, most time.Duration) (sum time.Duration) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(Recorded)))
	if err != nil {
		return 0
	}
	known := map[string]time.Duration{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(strings.TrimPrefix(line, "!"))
		k := took.FindStringSubmatch(line)
		if k == nil || len(words) == 0 {
			continue
		}
		if seconds, err := strconv.ParseFloat(k[1], 64); err == nil {
			known[words[0]] = time.Duration(seconds * float64(time.Second))
		}
	}
	for i := range list {
		if d, ok := known[list[i].Name]; ok {
			sum += min(d, most)
		} else {
			sum += most
		}
	}
	return sum
}
