package machines

import (
	"embed"
	"path"
	"strings"

	"lwbench/internal/texttab"
	"lwbench/mmu"
)

//go:embed *.yaml
var files embed.FS

// Default is the machine that commands use by default.
const Default = "haswell-2s"

// Names returns the embedded machines in alphabetical order.
func Names() []string {
	list, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	var names []string
	for _, f := range list {
		names = append(names, strings.TrimSuffix(f.Name(), ".yaml"))
	}
	return names
}

// Load reads an embedded machine, or one that differs by the figures after a "+", as Changed takes them:
// haswell-2s+lock.kinds=2. The error for an unknown name lists the known ones.
func Load(name string) (*mmu.Spec, error) {
	if name, changes, ok := strings.Cut(name, "+"); ok {
		s, err := Load(name)
		if err != nil {
			return nil, err
		}
		return Changed(s, changes)
	}
	file := path.Base(name) + ".yaml"
	data, err := files.ReadFile(file)
	if err != nil || file != name+".yaml" {
		return nil, texttab.Unknown("no machine", name, Names())
	}
	return Parse(file, data)
}
