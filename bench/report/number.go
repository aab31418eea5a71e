package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"lwbench/internal/texttab"
)

// number prints a figure of a unit, rounded for a reader: seconds with an SI prefix, large numbers as integers, small
// ones to three digits.
func number(v float64, unit string) string {
	if strings.HasSuffix(strings.TrimSuffix(unit, "/op"), "sec") { // "sec/op", "p50-sec", "elapsed-sec/op"
		return seconds(v)
	}
	return plain(v)
}

// withUnit prints a figure and its unit: "565 cycles/op", "307 ns/op".
func withUnit(v float64, unit string) string {
	if rest, ok := strings.CutPrefix(unit, "sec"); ok {
		return seconds(v) + rest
	}
	return plain(v) + " " + unit
}

// plain prints a number without a unit.
func plain(v float64) string {
	switch a := math.Abs(v); {
	case a == 0:
		return "0"
	case a >= 1e15:
		return fmt.Sprintf("%.2e", v)
	case a >= 99.95:
		return texttab.Thousands(v)
	case a >= 9.995:
		return trim(fmt.Sprintf("%.1f", v))
	case a >= 0.9995:
		return trim(fmt.Sprintf("%.2f", v))
	case a >= 0.0001:
		return trim(fmt.Sprintf("%.*f", 2-int(math.Floor(math.Log10(a))), v))
	}
	return fmt.Sprintf("%.1e", v)
}

// trim removes trailing zeros after the decimal point.
func trim(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

func seconds(v float64) string {
	for _, p := range []struct {
		scale float64
		name  string
	}{{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}} {
		if v >= p.scale*0.9995 {
			return plain(v/p.scale) + " " + p.name
		}
	}
	if v == 0 {
		return "0"
	}
	return plain(v/1e-9) + " ns"
}

// tick prints a number short enough for an axis.
func tick(v float64, unit string) string {
	if strings.HasPrefix(unit, "sec") {
		return seconds(v)
	}
	for _, p := range []struct {
		scale float64
		name  string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if v >= p.scale {
			return trim(strconv.FormatFloat(v/p.scale, 'f', 2, 64)) + p.name
		}
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// times prints a ratio: "1.27 times", "136 times".
func times(v float64) string {
	switch {
	case v >= 99_999:
		return fmt.Sprintf("%.1e×", v)
	case v >= 99.5:
		return texttab.Thousands(v) + "×"
	case v >= 9.95:
		return fmt.Sprintf("%.1f×", v)
	}
	return fmt.Sprintf("%.2f×", v)
}

// percent prints a share.
func percent(share float64) string {
	if share > 0 && share < 0.01 {
		return "< 1 %"
	}
	return fmt.Sprintf("%.0f %%", 100*share)
}
