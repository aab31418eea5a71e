package validate

import (
	"fmt"
	"strconv"

	"lwbench/allocators"
	"lwbench/bench/workload"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// whole is a parameter of a loop: a whole number.
func whole(name, doc string, value, least, most int) workload.Param {
	return workload.Param{Name: name, Doc: doc, Kind: workload.Int, Default: strconv.Itoa(value), Min: float64(least), Max: float64(most)}
}

// choice is a parameter of a loop: one of some names, by default the first.
func choice(name, doc string, names ...string) workload.Param {
	return workload.Param{Name: name, Doc: doc, Kind: workload.Text, Default: names[0], Choices: names}
}

// unicast writes the ICR once for each target and waits for a flag of each: Xen before it had a shorthand.
var unicast = mmu.Protocol{Method: smp.Method{Send: smp.Unicast, Ack: smp.Flags}, Serial: mmu.Parallel}

// protocols lists those of mmu, by name.
var protocols = []struct {
	name string
	*mmu.Protocol
}{
	{"linux-2008", &mmu.Linux2008},
	{"linux-2007", &mmu.Linux2007},
	{"linux-2019", &mmu.Linux2019},
	{"freebsd-2004", &mmu.FreeBSD2004},
	{"freebsd-2016", &mmu.FreeBSD2016},
	{"unicast", &unicast},
}

func protocolNames() (names []string) {
	for _, p := range protocols {
		names = append(names, p.name)
	}
	return names
}

// lockKinds lists the kinds of spinlock.
var lockKinds = []smp.LockKind{smp.Ticket, smp.TAS, smp.TTAS, smp.MCS}

func lockKindNames() (names []string) {
	for _, k := range lockKinds {
		names = append(names, k.String())
	}
	return names
}

// loops lists the loops.
func loops() []loop {
	work := whole("work", "cycles of other work before each operation", 0, 0, 1e9)
	active := whole("active", "CPUs that do it; 0 is all. The others compute, or idle", 0, 0, 1024)
	protocol := choice("protocol", "how the kernel has other CPUs invalidate", protocolNames()...)
	kind := choice("kind", "how CPUs spin on the lock", lockKindNames()...)
	idle := whole("idle", "1: the other CPUs idle; 0: they compute", 0, 0, 1)
	return []loop{
		{
			name: "map", doc: "a CPU allocates mappings from the design, copies through each and frees them", design: true,
			params: []workload.Param{
				work, active, idle,
				whole("pages", "distinct pages of each CPU, mapped one after another", 1024, 1, 65536),
				whole("batch", "mappings held at once", 1, 1, 256),
				whole("span", "pages of a mapping; the design must map so many at once", 1, 1, 64),
				whole("touch", "1: each page is read through the mapping; 0: none is", 1, 0, 1),
				whole("private", "1: for the allocating CPU only", 1, 0, 1),
				whole("bytes", "bytes copied through each", 0, 0, 4096),
			},
			setup: mapLoop,
		},
		{
			name: "shootdown", doc: "a CPU invalidates pages on all CPUs and waits for them",
			params: []workload.Param{
				work, whole("active", active.Doc, 1, 0, 1024), idle, protocol, whole("pages", "pages of a shootdown, invalidated by one request", 1, 1, 4096),
				kind, whole("hold", "cycles under one lock of all CPUs, with interrupts off, before each; 0: no lock", 0, 0, 1e9),
			},
			setup: shootdownLoop,
		},
		{
			name: "unmap", doc: "a CPU maps a page, touches it, unmaps it and invalidates it on all CPUs",
			params: []workload.Param{
				work, active, idle,
				protocol, kind,
				whole("kva", "1: the address is taken from the kernel map and given back", 0, 0, 1),
				whole("locked", "1: all CPUs do it under one lock, the shootdown included", 0, 0, 1),
				whole("pages", "pages mapped for each invalidation", 1, 1, 64),
			},
			setup: unmapLoop,
		},
		{
			name: "lock", doc: "a CPU takes one of several spinlocks, holds it and drops it",
			params: []workload.Param{
				work, active, idle,
				protocol, kind,
				whole("locks", "locks; CPU i takes lock i modulo their number", 1, 1, 1024),
				whole("hold", "cycles for which it is held", 200, 0, 1e9),
				whole("shootdowns", "shootdowns on all CPUs while it is held", 0, 0, 1000),
			},
			setup: lockLoop,
		},
		{
			name: "window", doc: "a CPU maps pages one after another into a window of its own, and broadcasts one flush (pmap_qenter)",
			params: []workload.Param{work, active, idle, whole("pages", "pages of the window", 1, 1, 64)},
			setup:  windowLoop,
		},
	}
}

// step is the interval, in cycles, at which a CPU in the background checks for the end of the window.
const step = mmu.Cycles(2000)

// background makes the CPUs that are not active compute or idle, and charges the others for their work.
func background(m *mmu.Machine, p values, iterate iteration) iteration {
	active := p["active"]
	if active == 0 {
		active = m.NCPU()
	}
	return func(c *mmu.CPU) (bool, error) {
		switch {
		case c.ID() < active:
			c.Charge(smp.CostWork, mmu.Cycles(p["work"]))
			return iterate(c)
		case p["idle"] == 1:
			c.Idle(step)
		default:
			c.Charge(smp.CostWork, step)
		}
		return false, nil
	}
}

func mapLoop(m *mmu.Machine, a allocators.Allocator, p values) (iteration, error) {
	span := p["span"]
	many, ok := a.(allocators.MultiPager)
	if span > 1 && !ok {
		return nil, fmt.Errorf("span=%d: the design maps single pages", span)
	}
	var flags allocators.Flags
	if p["private"] == 1 {
		flags = allocators.Private
	}
	lists := spans(m, p["pages"], span)
	each := len(lists) / m.NCPU() // of a CPU
	next := make([]int, m.NCPU())
	held := make([][]allocators.Buf, m.NCPU())
	return background(m, p, func(c *mmu.CPU) (bool, error) {
		id := c.ID()
		own := held[id][:0]
		for range p["batch"] {
			list := lists[id*each+next[id]]
			next[id] = (next[id] + 1) % each
			var b allocators.Buf
			var err error
			if span == 1 {
				b, err = a.Alloc(c, list[0], flags)
			} else {
				b, err = many.AllocPages(c, list, flags)
			}
			if err != nil {
				return false, err
			}
			if p["touch"] == 1 {
				kva := b.KVA(c)
				for i, pg := range list {
					c.Load(kva+mmu.KVA(i), pg)
					c.Copy(pg, p["bytes"], false)
				}
			}
			own = append(own, b)
		}
		for _, b := range own {
			a.Free(c, b)
		}
		held[id] = own
		return true, nil
	}), nil
}

// spans adds at least so many pages for each CPU, in lists of span pages; each CPU has as many lists.
func spans(m *mmu.Machine, pages, span int) [][]*mmu.Page {
	lists := make([][]*mmu.Page, m.NCPU()*max(1, pages/span))
	first := m.AddPages(len(lists) * span)
	for i := range lists {
		lists[i] = m.AppendPages(nil, first+i*span, span)
	}
	return lists
}

func shootdownLoop(m *mmu.Machine, _ allocators.Allocator, p values) (iteration, error) {
	pages, by := mmu.KVA(p["pages"]), protocols[p["protocol"]].Protocol
	kva, err := m.ReserveKVA(p["pages"])
	if err != nil {
		return nil, err
	}
	one := &smp.SpinLock{Name: "loop", Kind: lockKinds[p["kind"]]}
	return background(m, p, func(c *mmu.CPU) (bool, error) {
		if p["hold"] > 0 {
			c.Lock(one)
			c.Charge(smp.CostWork, mmu.Cycles(p["hold"]))
			c.Unlock(one)
		}
		c.FlushRangeBy(by, kva, kva+pages)
		return true, nil
	}), nil
}

func unmapLoop(m *mmu.Machine, _ allocators.Allocator, p values) (iteration, error) {
	pages := p["pages"]
	first := m.AddPages(m.NCPU() * pages)
	own, err := m.ReserveKVA(m.NCPU() * pages)
	if err != nil {
		return nil, err
	}
	one := &smp.SpinLock{Name: "loop", IPIs: true, Kind: lockKinds[p["kind"]]}
	by := protocols[p["protocol"]].Protocol
	return background(m, p, func(c *mmu.CPU) (_ bool, err error) {
		kva := own + mmu.KVA(c.ID()*pages)
		if p["kva"] == 1 {
			if kva, err = c.KVAAlloc(); err != nil {
				return false, err
			}
		}
		for i := range pages {
			at, pg := kva+mmu.KVA(i), m.Page(first+c.ID()*pages+i)
			c.KenterQuick(at, pg)
			c.Store(at, pg)
		}
		if p["locked"] == 1 {
			c.Lock(one)
		}
		for i := range pages {
			c.KremoveQuick(kva + mmu.KVA(i))
		}
		c.FlushRangeBy(by, kva, kva+mmu.KVA(pages))
		if p["locked"] == 1 {
			c.Unlock(one)
		}
		if p["kva"] == 1 {
			c.KVAFree(kva)
		}
		return true, nil
	}), nil
}

func lockLoop(m *mmu.Machine, _ allocators.Allocator, p values) (iteration, error) {
	locks := make([]smp.SpinLock, p["locks"])
	for i := range locks {
		locks[i] = smp.SpinLock{Name: "loop", IPIs: p["shootdowns"] > 0, Kind: lockKinds[p["kind"]]}
	}
	kva, err := m.ReserveKVA(1)
	if err != nil {
		return nil, err
	}
	return background(m, p, func(c *mmu.CPU) (bool, error) {
		l := &locks[c.ID()%len(locks)]
		c.Lock(l)
		c.Charge(smp.CostWork, mmu.Cycles(p["hold"]))
		for range p["shootdowns"] {
			c.FlushRangeBy(protocols[p["protocol"]].Protocol, kva, kva+1)
		}
		c.Unlock(l)
		return true, nil
	}), nil
}

func windowLoop(m *mmu.Machine, _ allocators.Allocator, p values) (iteration, error) {
	pages := p["pages"]
	first := m.AddPages(m.NCPU() * pages)
	own, err := m.ReserveKVA(m.NCPU() * pages)
	if err != nil {
		return nil, err
	}
	list := make([]*mmu.Page, m.NCPU()*pages)
	for i := range list {
		list[i] = m.Page(first + i)
	}
	return background(m, p, func(c *mmu.CPU) (bool, error) {
		at := c.ID() * pages
		kva := own + mmu.KVA(at)
		c.Qenter(kva, list[at:at+pages]...)
		for i := range pages {
			c.Load(kva+mmu.KVA(i), list[at+i])
		}
		return true, nil
	}), nil
}
