package report_test

import (
	"fmt"
	"os"
	"strings"

	"lwbench/allocators/all"
	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/report"
	"lwbench/bench/workload"
	"lwbench/mmu/machines"
)

func ExampleResults_Markdown() {
	r := report.New(plan.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: machines.Load})
	file, err := record.Read("sweep.txt", strings.NewReader(`# made by: lwbench sweep --workload xio --cpus 1,64
engine: virtual
machine: haswell-2s

BenchmarkXio/alloc=sfbuf/cpus=1 1000 565.446 cycles/op
BenchmarkXio/alloc=sfbuf/cpus=64 64000 104867 cycles/op
BenchmarkXio/alloc=lwbuf/cpus=1 1000 719 cycles/op
BenchmarkXio/alloc=lwbuf/cpus=64 64000 769 cycles/op
`))
	if err == nil {
		err = r.Add(file)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	var b strings.Builder
	if err := r.Markdown(&b); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	_, panel, _ := strings.Cut(b.String(), "### ")
	panel, _, _ = strings.Cut(panel, "made by")
	fmt.Print(panel)
	// Output:
	// xio on haswell-2s
	//
	// - sfbuf is the cheapest at 1 CPU, lwbuf at 64 CPUs.
	// - The lead goes from sfbuf to lwbuf between 1 and 64 CPUs, at about 1.2 by interpolation.
	// - At 1 CPU sfbuf takes 565 cycles/op and beats the next, lwbuf, 1.27×.
	// - At 64 CPUs lwbuf takes 769 cycles/op and beats the next, sfbuf, 136×.
	//
	// | cycles/op | 1 CPU | 64 CPUs |
	// |-----------|------:|--------:|
	// | sfbuf     |  *565 | 104,867 |
	// | lwbuf     |   719 |    *769 |
	//
	// Marks: * the cheapest.
}
