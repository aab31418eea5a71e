package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"lwbench/allocators/all"
	"lwbench/bench/plan"
	"lwbench/bench/workload"
	"lwbench/internal/texttab"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// lists returns all designs, workloads and machines.
func lists() plan.Lists {
	return plan.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: loadMachine}
}

// loadMachine loads a built-in machine by name, or a machine file; what follows a "+" changes figures of it.
func loadMachine(name string) (*mmu.Spec, error) {
	if slices.Contains(machines.Names(), name) {
		return machines.Load(name)
	}
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		return readMachine(name)
	}
	if base, changes, ok := strings.Cut(name, "+"); ok {
		s, err := loadMachine(base)
		if err != nil {
			return nil, err
		}
		return machines.Changed(s, changes)
	}
	if strings.ContainsAny(name, "/.") {
		return readMachine(name)
	}
	return nil, texttab.Unknown("no machine", name, machines.Names())
}

// readMachine reads a user's machine file. Its name appears in results and must differ from those of built-in
// machines.
func readMachine(path string) (*mmu.Spec, error) {
	m, err := machines.ReadFile(path)
	if err == nil && slices.Contains(machines.Names(), m.Name) {
		return nil, fmt.Errorf("%s: %s is the name of a built-in machine: choose another name", path, m.Name)
	}
	return m, err
}
