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

// lists is what the program knows.
func lists() plan.Lists {
	return plan.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: loadMachine}
}

// loadMachine takes the name of an embedded machine or a file.
func loadMachine(name string) (*mmu.Spec, error) {
	if slices.Contains(machines.Names(), name) {
		return machines.Load(name)
	}
	if strings.ContainsAny(name, "/.") {
		return readMachine(name)
	}
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		return readMachine(name)
	}
	return nil, texttab.Unknown("no machine", name, machines.Names())
}

// readMachine reads a user's own machine. Results carry its name, which must not be taken for an embedded one's.
func readMachine(path string) (*mmu.Spec, error) {
	m, err := machines.ReadFile(path)
	if err == nil && slices.Contains(machines.Names(), m.Name) {
		return nil, fmt.Errorf("%s: the name %s is an embedded machine's: choose another, results carry it", path, m.Name)
	}
	return m, err
}
