package record

import (
	"strconv"
	"strings"
)

// Varied returns the name of a machine in which some figures are a multiple of another machine's:
// "haswell-2s~line*2". figures is a section of the machine file or one key.
func Varied(machine, figures string, factor float64) string {
	return machine + "~" + figures + "*" + strconv.FormatFloat(factor, 'g', -1, 64)
}

// ParseVaried splits a name made by Varied; ok is false for any other name.
func ParseVaried(name string) (machine, figures string, factor float64, ok bool) {
	machine, rest, found := strings.Cut(name, "~")
	i := strings.LastIndexByte(rest, '*')
	if !found || machine == "" || i < 1 {
		return "", "", 0, false
	}
	factor, err := strconv.ParseFloat(rest[i+1:], 64)
	if err != nil || !(factor > 0 && factor < 1e9) {
		return "", "", 0, false
	}
	return machine, rest[:i], factor, true
}
