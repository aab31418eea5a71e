// Package sweeps holds the sweep files that come with the program: a question each, with what its answer means and what
// is expected of it. Their format is package bench's. `lwbench sweep NAME` runs one; go test runs each of them tiny.
//
// A new sweep is one YAML file in this folder.
package sweeps

import (
	"embed"
	"fmt"
	"strings"
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
		return nil, fmt.Errorf("no shipped sweep %q: there are %s", name, strings.Join(Names(), ", "))
	}
	return data, nil
}
