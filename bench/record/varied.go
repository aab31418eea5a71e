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

// kvaMark separates a machine from the size of its KVA window.
const kvaMark = "+kva="

// Windowed names a machine with a KVA window of so many pages: "haswell-2s+kva=4096".
func Windowed(machine string, pages int) string { return machine + kvaMark + strconv.Itoa(pages) }

// Unwindowed returns the machine of a name that Windowed has made, and any other name as it is.
func Unwindowed(name string) string {
	machine, _, _ := strings.Cut(name, kvaMark)
	return machine
}
