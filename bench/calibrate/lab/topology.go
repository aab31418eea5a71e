package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Place is the position of a CPU.
type Place struct {
	CPU          int
	Socket, Core int    // cores are numbered from 0 over the machine
	Cache        string // the CPUs that share its last-level cache, in the kernel's notation
}

// Topology lists the places of the usable CPUs, in the order of their numbers.
type Topology []Place

// Class is the distance of two CPUs.
type Class int

// The classes, near to far.
const (
	Sibling    Class = iota // threads of one core
	Cached                  // cores that share a last-level cache
	Socket                  // cores of a socket that do not
	Remote                  // cores of two sockets
	NumClasses              // number of classes
)

// String names the class as figures do.
func (c Class) String() string {
	return [...]string{"hyper-threads of a core", "same cache", "same socket", "other socket"}[c]
}

// ErrNoPair is the error if a machine has no two CPUs of a class.
var ErrNoPair = errors.New("this host has no such pair of CPUs")

// ReadTopology reads the kernel's /sys/devices/system/cpu, or returns one socket of single cores if it does not
// exist.
func ReadTopology(sys fs.FS, cpus []int) Topology {
	var t Topology
	cores := make(map[string]int)
	for _, cpu := range cpus {
		read := func(file string) string {
			text, _ := fs.ReadFile(sys, fmt.Sprintf("cpu%d/%s", cpu, file))
			return strings.TrimSpace(string(text))
		}
		socket, err := strconv.Atoi(read("topology/physical_package_id"))
		if err != nil {
			socket = 0
		}
		core := read("topology/core_cpus_list")
		if core == "" {
			core = read("topology/thread_siblings_list")
		}
		if core == "" {
			core = strconv.Itoa(cpu)
		}
		if _, ok := cores[core]; !ok {
			cores[core] = len(cores)
		}
		t = append(t, Place{cpu, socket, cores[core], lastCache(sys, cpu)})
	}
	return t
}

// lastCache returns the CPUs that share the largest cache of a CPU; empty if unknown.
func lastCache(sys fs.FS, cpu int) (shared string) {
	most := 0
	for i := range 8 {
		dir := fmt.Sprintf("cpu%d/cache/index%d/", cpu, i)
		level, err := fs.ReadFile(sys, dir+"level")
		if err != nil {
			continue
		}
		n, _ := strconv.Atoi(strings.TrimSpace(string(level)))
		list, err := fs.ReadFile(sys, dir+"shared_cpu_list")
		if err == nil && n > most {
			most, shared = n, strings.TrimSpace(string(list))
		}
	}
	return shared
}

// ClassOf returns the distance of two different CPUs.
func (t Topology) ClassOf(a, b Place) Class {
	switch {
	case a.Socket != b.Socket:
		return Remote
	case a.Core == b.Core:
		return Sibling
	case a.Cache != b.Cache:
		return Socket
	}
	return Cached
}

// mostPairs is the number of pairs to measure in each class.
const mostPairs = 3

// Pairs returns up to mostPairs pairs of each class, spread over the machine.
func (t Topology) Pairs() (list [NumClasses][][2]Place) {
	var all [NumClasses][][2]Place
	for i, a := range t {
		for _, b := range t[i+1:] {
			c := t.ClassOf(a, b)
			all[c] = append(all[c], [2]Place{a, b})
		}
	}
	for c, p := range all {
		for k := range min(mostPairs, len(p)) {
			list[c] = append(list[c], p[k*(len(p)-1)/max(1, min(mostPairs, len(p))-1)])
		}
	}
	return list
}

// Near returns the places by their distance from the first one, without it: the order in which to involve further
// CPUs.
func (t Topology) Near() []Place {
	if len(t) == 0 {
		return nil
	}
	list := slices.Clone(t[1:])
	slices.SortStableFunc(list, func(a, b Place) int { return int(t.rank(a)) - int(t.rank(b)) })
	return list
}

// First returns for each class the first place at that distance from the first CPU, nil if there is none.
func (t Topology) First() (list [NumClasses]*Place) {
	for i := range t {
		if i == 0 {
			continue
		}
		if c := t.ClassOf(t[0], t[i]); list[c] == nil {
			list[c] = &t[i]
		}
	}
	return list
}

// rank puts other cores before hyper-threads of the same core, which share its time.
func (t Topology) rank(p Place) Class {
	if c := t.ClassOf(t[0], p); c != Sibling {
		return c
	}
	return NumClasses
}

// Shape counts sockets, cores of the largest socket, and threads of the largest core.
func (t Topology) Shape() (sockets, cores, threads int) {
	perSocket, perCore := make(map[int]map[int]bool), make(map[int]int)
	for _, p := range t {
		if perSocket[p.Socket] == nil {
			perSocket[p.Socket] = make(map[int]bool)
		}
		perSocket[p.Socket][p.Core] = true
		perCore[p.Core]++
	}
	for _, c := range perSocket {
		cores = max(cores, len(c))
	}
	for _, n := range perCore {
		threads = max(threads, n)
	}
	return len(perSocket), cores, threads
}
