package genbuf

import (
	"lwbench/allocators"
	"lwbench/mmu"
)

const (
	maxPages  = 1 << 20
	maxCycles = 1e12
)

// knobs are the tunables of one variant.
type knobs struct{ retain, spare, expose, exposeTime, kva, skew allocators.Tunable }

func knobsOf(design string) knobs {
	return knobs{
		retain: allocators.Tunable{
			Name: design + ".retain", Default: 4096, Min: 0, Max: 32768,
			Doc: "limit of mappings in a CPU's table; its share of the KVA may allow fewer; can be raised again up to the value at boot",
		},
		spare: allocators.Tunable{
			Name: design + ".spare", Default: 1024, Min: 1, Max: 32768,
			Doc: "limit of spare KVA pages of a CPU, clean or not yet flushed; one full flush cleans about this many",
		},
		expose: allocators.Tunable{
			Name: design + ".expose", Default: 0, Min: 0, Max: maxPages,
			Doc: "freed pages that may be reachable at once, on the whole machine (TLB entries and retained mappings); 0: no bound",
		},
		exposeTime: allocators.Tunable{
			Name: design + ".expose_time", Default: 0, Min: 0, Max: maxCycles,
			Doc: "cycles between two sweeps, which unmap what no CPU uses and flush all CPUs; bounds how long a freed page is reachable; 0: none",
		},
		kva: allocators.Tunable{
			Name: design + ".kva", Default: 0, Min: 0, Max: maxPages,
			Doc: "KVA pages that it may take, set at boot; 0: the window",
		},
		skew: allocators.Tunable{
			Name: design + ".skew", Default: 0, Min: 0, Max: maxPages,
			Doc: "cycles by which two CPUs' time stamps may differ",
		},
	}
}

func (k *knobs) list() []allocators.Tunable {
	return []allocators.Tunable{k.retain, k.spare, k.expose, k.exposeTime, k.kva, k.skew}
}

var (
	stamps  = knobsOf("genbuf")
	counted = knobsOf("genbuf-counter")
)

const source = "born in this lab, 2026; after NetBSD uvm_emap.c (generations), Linux mm/vmalloc.c (lazy purge), " +
	"FreeBSD sf_buf (the Accessed bit)"

// Design is genbuf with time stamps.
var Design = allocators.Design{
	Name:     "genbuf",
	Doc:      "per-CPU table of retained mappings; a KVA page is used again only by CPUs that have flushed since: no IPI, no invlpg",
	Source:   source,
	Tunables: stamps.list(),
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, &stamps, t, false), nil
	},
}

// Counted is genbuf whose generations are a shared counter.
var Counted = allocators.Design{
	Name:     "genbuf-counter",
	Doc:      "genbuf without synchronised time stamps: generations are a shared counter",
	Aside:    true,
	Source:   source,
	Tunables: counted.list()[:5],
	New: func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		return newAllocator(m, &counted, t, true), nil
	},
}
