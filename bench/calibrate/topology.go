package calibrate

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Host is what the system says of the machine.
type Host struct {
	Model      string // of the processor
	Kernel     string // release
	Hypervisor bool
	CPUs       int // that this process may use
	Quota      float64
}

// place is where a CPU is.
type place struct {
	cpu          int
	socket, core int    // core is the number of a core within its socket, counted from 0 over the machine
	cache        string // the CPUs that share its last-level cache, as the kernel writes them
}

// topology is the places of the CPUs that may be used, in the order of their numbers.
type topology []place

// class is how far two CPUs are apart.
type class int

const (
	sibling class = iota // threads of one core
	cached               // cores that share a last-level cache
	socket               // cores of a socket that do not
	remote               // cores of two sockets
	classes
)

// String names the class as figures do.
func (c class) String() string {
	return [...]string{"hyper-threads of a core", "same cache", "same socket", "other socket"}[c]
}

// errNoPair says that a machine has no two CPUs of a class.
var errNoPair = errors.New("this host has no such pair of CPUs")

// readTopology reads the kernel's /sys/devices/system/cpu, or makes one socket of single cores where it is not there.
func readTopology(sys fs.FS, cpus []int) topology {
	var t topology
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
		t = append(t, place{cpu, socket, cores[core], lastCache(sys, cpu)})
	}
	return t
}

// lastCache returns the CPUs that share the largest cache of a CPU; empty where it is not known.
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

// classOf returns how far two different CPUs are apart.
func (t topology) classOf(a, b place) class {
	switch {
	case a.socket != b.socket:
		return remote
	case a.core == b.core:
		return sibling
	case a.cache != b.cache:
		return socket
	}
	return cached
}

// most is how many pairs of a class are measured.
const mostPairs = 3

// pairs returns up to mostPairs pairs of each class, spread over the machine.
func (t topology) pairs() (list [classes][][2]place) {
	var all [classes][][2]place
	for i, a := range t {
		for _, b := range t[i+1:] {
			c := t.classOf(a, b)
			all[c] = append(all[c], [2]place{a, b})
		}
	}
	for c, p := range all {
		for k := range min(mostPairs, len(p)) {
			list[c] = append(list[c], p[k*(len(p)-1)/max(1, min(mostPairs, len(p))-1)])
		}
	}
	return list
}

// near returns the places by their distance from the first one, without it: whom an operation on it interrupts first.
func (t topology) near() []place {
	if len(t) == 0 {
		return nil
	}
	list := slices.Clone(t[1:])
	slices.SortStableFunc(list, func(a, b place) int { return int(t.rank(a)) - int(t.rank(b)) })
	return list
}

// first returns for each class the first place that is that far from the first CPU, nil where there is none.
func (t topology) first() (list [classes]*place) {
	for i := range t {
		if i == 0 {
			continue
		}
		if c := t.classOf(t[0], t[i]); list[c] == nil {
			list[c] = &t[i]
		}
	}
	return list
}

// rank puts other cores before hyper-threads of the same core, which share its time.
func (t topology) rank(p place) class {
	if c := t.classOf(t[0], p); c != sibling {
		return c
	}
	return classes
}

// shape counts sockets, cores of the largest socket, and threads of the largest core.
func (t topology) shape() (sockets, cores, threads int) {
	perSocket, perCore := make(map[int]map[int]bool), make(map[int]int)
	for _, p := range t {
		if perSocket[p.socket] == nil {
			perSocket[p.socket] = make(map[int]bool)
		}
		perSocket[p.socket][p.core] = true
		perCore[p.core]++
	}
	for _, c := range perSocket {
		cores = max(cores, len(c))
	}
	for _, n := range perCore {
		threads = max(threads, n)
	}
	return len(perSocket), cores, threads
}
