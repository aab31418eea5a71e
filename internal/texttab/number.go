package texttab

import (
	"math"
	"strconv"
	"strings"
)

// Count returns a number with its noun: "1 cell", "2,000 cells", "3 stale accesses".
func Count[N int | int64](n N, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "s"):
		return Thousands(float64(n)) + " " + noun + "es"
	}
	return Thousands(float64(n)) + " " + noun + "s"
}

// Thousands rounds to a whole number and separates its digits: 1,234,567.
func Thousands(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if v < 0 && s != "0" {
		s = "-" + s
	}
	return s
}

// And joins words as prose does: "a, b and c".
func And(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
