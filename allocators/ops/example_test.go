package ops_test

import (
	"fmt"
	"strings"

	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/ops"
	"lwbench/mmu/machines"
)

// A trace is replayed on two designs, one of which has a bug.
func ExampleReplay() {
	trace, err := ops.Parse("mail.ops", strings.NewReader(`lwbench-ops 1
cpus 2
0 alloc a 0
1 load a        # cpu1's TLB takes page 0
0 free a
0 alloc b 1     # the same KVA, another page
1 load b
0 free b
`))
	if err != nil {
		panic(err)
	}
	spec, err := machines.Load(machines.Default)
	if err != nil {
		panic(err)
	}
	for _, d := range []*allocators.Design{&lwbuf.Submitted, &lwbuf.Fixed} {
		r, err := ops.Replay(trace, spec, d, nil, ops.Options{})
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: %d allocs, %d invlpg, %d stale\n", d.Name, r.Allocs, r.Invlpg, r.Counters.Stale)
	}
	// Output:
	// lwbuf-submitted: 2 allocs, 3 invlpg, 1 stale
	// lwbuf: 2 allocs, 4 invlpg, 0 stale
}
