// Package sweeps embeds the sweep files that come with the program. Each asks one question, explains its answer, and states
// what it expects. Package plan documents the format. `lwbench sweep NAME` runs one; go test runs all of them at small size.
//
// To add a sweep, put one YAML file into this folder.
package sweeps

import (
	"embed"
	"strings"

	"lwbench/internal/texttab"
)

//go:embed *.yaml
var files embed.FS

// Names returns the names of the shipped sweeps in alphabetical order.
func Names() (names []string) {
	list, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, f := range list {
		names = append(names, strings.TrimSuffix(f.Name(), ".yaml"))
	}
	return names
}

// Read returns the text of a shipped sweep.
func Read(name string) ([]byte, error) {
	data, err := files.ReadFile(name + ".yaml")
	if err != nil {
		return nil, texttab.Unknown("no shipped sweep", name, Names())
	}
	return data, nil
}
