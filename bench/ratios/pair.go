package main

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/allocators/objcache"
	"lwbench/mmu"
	"lwbench/mmu/machines"
	"lwbench/mmu/smp"
)

// pairPages is how many pages each CPU maps in turn.
const pairPages = 64

// paths are the hot paths that scripts/reference/hotpath.c has as well: an alloc and a free of a design, and a get and a put of
// the object cache alone.
var paths = []string{"sfbuf", "lwbuf", "magazine"}

// pairTime runs n pairs of a path on each of some CPUs on real threads, with no harness in between and IPIs free, after a tenth
// as many to warm up. It returns the time of one CPU's pair, while the others do the same.
func pairTime(path string, cpus, n int) (ns float64, err error) {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		return 0, err
	}
	m, err := mmu.New(spec, mmu.Options{CPUs: cpus, Pages: cpus * pairPages, Config: smp.Config{Live: &smp.Live{NoIPICost: true}}})
	if err != nil {
		return 0, err
	}
	loop, err := loopOf(m, path)
	if err != nil {
		return 0, err
	}
	var arrived atomic.Int64
	meet := func(round int64) {
		for arrived.Add(1); arrived.Load() < round*int64(cpus); {
			if pinned, _ := m.Pinned(); !pinned {
				runtime.Gosched()
			}
		}
	}
	var start, end time.Time
	err = m.Run(func(c *mmu.CPU) error {
		err := loop(c, n/10+pairPages)
		meet(1)
		if c.ID() == 0 {
			start = time.Now()
		}
		meet(2)
		err = errors.Join(err, loop(c, n))
		meet(3)
		if c.ID() == 0 {
			end = time.Now()
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	if n := m.Counters(); n.Stale+n.StaleRisk+n.Faults > 0 {
		return 0, fmt.Errorf("the oracles object: %+v", n)
	}
	return float64(end.Sub(start).Nanoseconds()) / float64(n), nil
}

// loopOf returns the loop of n pairs that is timed.
func loopOf(m *mmu.Machine, path string) (loop func(c *mmu.CPU, n int) error, err error) {
	if path == "magazine" {
		type object struct{ _ int }
		made := func(*mmu.CPU) (any, error) { return new(object), nil }
		cache := objcache.New(m, "objects", nil, made, func(*mmu.CPU, any) {})
		return func(c *mmu.CPU, n int) error { return magazinePairs(cache, c, n) }, nil
	}
	for _, d := range all.Designs() {
		if d.Name == path {
			a, err := d.New(m, nil)
			return func(c *mmu.CPU, n int) error { return designPairs(a, c, n) }, err
		}
	}
	return nil, errors.New("no path " + path)
}

func magazinePairs(cache *objcache.Cache, c *mmu.CPU, n int) error {
	for range n {
		o, err := cache.Get(c, true)
		if err != nil {
			return err
		}
		cache.Put(c, o)
	}
	return nil
}

func designPairs(a allocators.Allocator, c *mmu.CPU, n int) error {
	m := c.Machine()
	var pages [pairPages]*mmu.Page
	for i := range pages {
		pages[i] = m.Page(c.ID()*pairPages + i)
	}
	for i := range n {
		buf, err := a.Alloc(c, pages[i%pairPages], allocators.Private)
		if err != nil {
			return err
		}
		a.Free(c, buf)
	}
	return nil
}
