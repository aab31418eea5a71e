package compare

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchproc"

	"lwbench/internal/texttab"
)

// checkLists rejects a value of a list such as /alloc@(naive lwbuf) that no result has. benchstat ignores it. The
// expression is valid.
func checkLists(in *Input, option, text string) error {
	for key, values := range fixedLists(text) {
		have := valuesOf(in, key)
		for _, v := range values {
			if !slices.Contains(have, v) {
				return texttab.Unknown(option+": "+key+" is nowhere", v, have)
			}
		}
	}
	return nil
}

// fixedLists yields each key of a projection that has a list of values.
func fixedLists(q string) func(yield func(key string, values []string) bool) {
	return func(yield func(string, []string) bool) {
		key, inList := "", false
		var values []string
		for q != "" {
			word, rest := nextWord(q)
			switch {
			case word == "":
				if q[0] == '(' {
					inList, values = true, nil
				} else if q[0] == ')' {
					inList = false
					if !yield(key, values) {
						return
					}
				}
				q = q[1:]
				continue
			case inList:
				values = append(values, unquoted(word))
			default:
				key = unquoted(word)
			}
			q = rest
		}
	}
}

func unquoted(word string) string {
	if strings.HasPrefix(word, `"`) {
		if w, err := strconv.Unquote(word); err == nil {
			return w
		}
	}
	return word
}

// valuesOf returns the values of a key in order of appearance.
func valuesOf(in *Input, key string) (values []string) {
	var p benchproc.ProjectionParser
	projection, err := p.Parse(strconv.Quote(key), nil)
	if err != nil {
		return nil
	}
	for _, r := range in.Results {
		if v := projection.Project(r).Get(projection.Fields()[0]); !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}
