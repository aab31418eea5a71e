package record_test

import (
	"fmt"
	"strings"

	"lwbench/bench/record"
)

// A result file is in the Go benchmark format, below the command that reproduces it.
func ExampleRead() {
	const text = `# made by: lwbench sweep --alloc lwbuf --workload xio --cpus 4
Unit cycles/op assume=exact
engine: virtual
machine: haswell-2s

BenchmarkXio/alloc=lwbuf/cpus=4 4000 717.5 cycles/op 0 shootdowns/op
`
	f, err := record.Read("mine.txt", strings.NewReader(text))
	if err != nil {
		panic(err)
	}
	for _, r := range f.Results {
		cycles, _ := r.Value("cycles/op")
		fmt.Println(r.Get("machine"), r, cycles)
	}
	fmt.Println(f.Command)
	// Output:
	// haswell-2s Xio/alloc=lwbuf/cpus=4 717.5
	// lwbench sweep --alloc lwbuf --workload xio --cpus 4
}
