package lab

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// server is the kernel's files for two sockets of two caches of two cores of two threads, numbered as on Linux: all
// first threads, then all second ones.
func server() (fstest.MapFS, []int) {
	fs, cpus := make(fstest.MapFS), []int{}
	put := func(cpu int, file, text string) {
		fs[fmt.Sprintf("cpu%d/%s", cpu, file)] = &fstest.MapFile{Data: []byte(text + "\n")}
	}
	for cpu := range 16 {
		core := cpu % 8
		cache := core / 2 * 2
		put(cpu, "topology/physical_package_id", fmt.Sprint(core/4))
		put(cpu, "topology/core_cpus_list", fmt.Sprintf("%d,%d", core, core+8))
		put(cpu, "cache/index0/level", "1")
		put(cpu, "cache/index0/shared_cpu_list", fmt.Sprintf("%d,%d", core, core+8))
		put(cpu, "cache/index3/level", "3")
		put(cpu, "cache/index3/shared_cpu_list", fmt.Sprintf("%d-%d,%d-%d", cache, cache+1, cache+8, cache+9))
		cpus = append(cpus, cpu)
	}
	return fs, cpus
}

func TestTopology(t *testing.T) {
	fs, cpus := server()
	top := ReadTopology(fs, cpus)
	if s, c, n := top.Shape(); s != 2 || c != 4 || n != 2 {
		t.Errorf("%d sockets, %d cores, %d threads", s, c, n)
	}
	for _, k := range []struct {
		a, b int
		want Class
	}{{0, 8, Sibling}, {0, 1, Cached}, {0, 9, Cached}, {0, 2, Socket}, {0, 4, Remote}, {7, 8, Remote}} {
		if got := top.ClassOf(top[k.a], top[k.b]); got != k.want {
			t.Errorf("cpu%d and cpu%d: %v, want %v", k.a, k.b, got, k.want)
		}
	}
	for c, list := range top.Pairs() {
		if len(list) != mostPairs {
			t.Errorf("%v: %d pairs", Class(c), len(list))
		}
		for _, p := range list {
			if got := top.ClassOf(p[0], p[1]); got != Class(c) {
				t.Errorf("a pair of %v is %v", Class(c), got)
			}
		}
	}
	var order []string
	for _, p := range top.Near() {
		order = append(order, fmt.Sprint(p.CPU))
	}
	if got := strings.Join(order, " "); got != "1 9 2 3 10 11 4 5 6 7 12 13 14 15 8" {
		t.Errorf("from near to far, the core's own thread last: %s", got)
	}
	for c, p := range top.First() {
		if p == nil || top.ClassOf(top[0], *p) != Class(c) {
			t.Errorf("the first of %v: %v", Class(c), p)
		}
	}
	if one := ReadTopology(fs, []int{5}); len(one.Near()) != 0 || one.Pairs()[Remote] != nil {
		t.Error("one CPU has neighbours")
	}
}

func TestTopologyUnknown(t *testing.T) {
	top := ReadTopology(make(fstest.MapFS), []int{0, 1, 3})
	if s, c, n := top.Shape(); s != 1 || c != 3 || n != 1 {
		t.Errorf("%d sockets, %d cores, %d threads", s, c, n)
	}
	if got := top.ClassOf(top[0], top[2]); got != Cached {
		t.Error(got)
	}
}
