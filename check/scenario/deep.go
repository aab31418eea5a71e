package scenario

import (
	"cmp"
	"fmt"

	"lwbench/allocators/ops"
)

// deepEach is n if one in n random scenarios is deep: so many live buffers that magazines fill, trees have two
// levels, and constructors fail for lack of addresses.
const deepEach = 3

// deep draws a scenario with 4 to 21 live buffers and 4 to 13 pages.
func (s *Source) deep(i int, g *generator) *ops.Trace {
	r := g.r
	g.pages, g.most = 4+r.IntN(10), 4+r.IntN(18)
	g.oneWay = r.IntN(3) == 0
	kva := s.kva
	tune := deepTuning(s.d, s.opt.Set, r)
	if s.d.Grows != "" && tune["objcache.limit"] != s.opt.Set["objcache.limit"] {
		// Pages stay in the lists of the CPUs that free them. With a limit too, no CPU could get the last buffers,
		// which is not a leak.
		tune["objcache.limit"] = 0
	}
	switch _, pool := s.d.Pool(); {
	case r.IntN(8) == 0: // the design's own sizes, which small numbers never reach
		tune, kva = fixed(s.d, s.opt.Set), 640
	case tune["objcache.limit"] > 0: // raised to 8 magazines per CPU: the drain reaches it
		tune["objcache.capacity"] = cmp.Or(s.opt.Set["objcache.capacity"], 4)
		kva = 2*s.kva + 32*(g.cpus-2)
	case !pool && r.IntN(3) == 0:
		kva = g.most/2 + 1 + r.IntN(g.most)
	}
	if n := 2*g.most + r.IntN(g.most); s.d.CPUPrivate {
		kva = max(kva, s.kva)
		g.stack(n)
	} else {
		g.mixed(n)
	}
	return g.trace(fmt.Sprintf("random%d.ops", i), s.header(r, tune, kva))
}
