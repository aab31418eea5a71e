package scenario

import (
	"math/rand/v2"
	"strings"

	"lwbench/allocators/ops"
)

// shape is a fixed scenario.
type shape struct {
	name  string
	needs func(*Source) bool // what the design must be able to do, or nil
	text  string
}

// shapes are two CPUs with six operations each.
var shapes = []shape{
	{"handover", nil, `
0 alloc a 0 nowait
1 load a
0 free a
0 alloc b 1 nowait
1 load b
1 free b
1 alloc c 0 nowait
0 load c
1 free c
0 alloc d 1 nowait
1 load d
0 free d
`},
	{"same-page", nil, `
0 alloc a 0 nowait
1 alloc b 0 nowait
0 load a
1 store b
0 free a
1 free b
0 alloc c 1 nowait
1 alloc d 0 nowait
0 load c
1 load d
0 free c
1 free d
`},
	{"crossing", nil, `
0 alloc a 0 nowait
1 alloc b 1 nowait
0 load b
1 load a
0 free b
1 free a
0 alloc c 1 nowait
1 alloc d 0 nowait
1 load c
0 load d
1 free c
0 free d
`},
	{"private", nil, `
0 alloc a 0 private nowait
1 alloc b 1 private nowait
0 load a
1 load b
0 free a
1 free b
0 alloc c 1 nowait
1 load c
0 kva c
1 alloc d 0 private nowait
0 free c
1 free d
`},
	{"pool-of-one", nil, `
0 alloc a 0
0 load a
0 free a
1 alloc b 1
1 load b
1 free b
0 alloc c 1
0 load c
0 free c
1 alloc d 0
1 load d
1 free d
`},
	{"global", func(s *Source) bool { return s.global > 0 }, `
0 alloc a 0 nowait
1 load a
0 free a
0 alloc b 1 nowait
0 global b
1 load b
1 free b
1 alloc c 0 nowait
1 global c
0 load c
0 kva c
1 free c
`},
	{"references", func(s *Source) bool { return s.refs > 0 }, `
0 alloc a 0 nowait
0 ref a
1 load a
0 free a
1 free a
1 alloc b 1 nowait
1 ref b
0 free b
1 free b
0 alloc c 0 nowait
1 load c
0 free c
`},
	{"sysctl", func(s *Source) bool { return len(s.sysctls) > 0 }, `
0 alloc a 0 nowait
0 load a
0 free a
1 sysctl TUNABLE=0
0 alloc b 0 nowait
0 load b
1 alloc c 1 nowait
1 load c
1 free c
1 kva b
0 free b
1 sysctl TUNABLE=2
`},
	{"unalias", func(s *Source) bool { return s.unalias > 0 }, `
0 alloc a 0 nowait
0 alloc b 1 nowait
1 load a
1 free a
1 unalias
0 load b
0 free b
0 unalias
1 alloc c 0 nowait
1 load c
1 free c
0 unalias
`},
	{"two-lives", nil, `
0 alloc a 0 nowait
0 load a
1 load a
0 free a
0 alloc b 1 nowait
0 load b
1 load b
1 store b
0 free b
1 alloc c 0 nowait
1 load c
1 free c
`},
	{"same-page-later", nil, `
0 alloc a 0 nowait
1 load a
0 load a
0 free a
0 alloc b 1 nowait
1 alloc c 1 nowait
1 load c
0 load b
0 free b
1 free c
1 alloc d 0 nowait
1 free d
`},
}

// Shapes returns the fixed scenarios, which are tried first with every design. Pools hold two buffers, sizes are
// about two.
func (s *Source) Shapes() (list []*ops.Trace) {
	fixed := shapes
	if s.d.CPUPrivate {
		fixed = privateShapes
	}
	for _, k := range fixed {
		if k.needs != nil && !k.needs(s) {
			continue
		}
		if len(s.sysctls) > 0 {
			k.text = strings.ReplaceAll(k.text, "TUNABLE", s.sysctls[0].Name)
		}
		t, err := ops.Parse(k.name+".ops", strings.NewReader("lwbench-ops 1\ncpus 2\npages 2\n"+k.text))
		if err != nil {
			panic(err)
		}
		tune := tuning(s.d, s.opt.Set, rand.New(calm{}))
		if p, ok := s.d.Pool(); ok {
			if _, given := s.opt.Set[p.Name]; !given {
				tune[p.Name] = 2
				if k.name == "pool-of-one" {
					tune[p.Name] = 1
				}
			}
		}
		t.Header = headerLines(s.d, tune, s.kva, append([]ops.HeaderLine{{Key: "tlb", Text: roomy}}, s.speculate()...)...)
		if s.opt.First > 0 {
			t = first(t, s.opt.First)
		}
		list = append(list, t)
	}
	return list
}

// calm is a source that always returns the same: tunables that may vary have their defaults, sizes are two.
type calm struct{}

// Uint64 implements rand.Source.
func (calm) Uint64() uint64 { return 1 << 63 }
