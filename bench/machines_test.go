package bench_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// TestEveryMachine runs a small sweep on each machine: designs with shootdowns and without give right answers, cost
// something, and broadcast by instructions where the machine has them.
func TestEveryMachine(t *testing.T) {
	designs, cpus, ops := "naive, sfbuf, sfbuf-freebsd, lwbuf, vmap", "2, 9", testsize.Choose("ops: 10\nwarmup: 10", "ops: 30", "ops: 60")
	if testing.Short() {
		designs, cpus = "naive, lwbuf", "9"
	}
	for _, name := range machines.Names() {
		g := grid(t, fmt.Sprintf("alloc: [%s]\nworkload: [xio, stray]\nmachine: [%s]\ncpus: [%s]\n%s\n", designs, name, cpus, ops))
		for _, c := range g.Cells() {
			r, err := c.Run(context.Background(), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			n := &r.Out.Counters
			broadcasts := c.Machine.SMP.TLBI.Pages > 0
			if n.Stale+n.StaleRisk+n.Faults != 0 || r.Out.Cycles <= 0 {
				t.Errorf("%s: %s under %s on %d CPUs: %+v", name, c.Design.Name, c.Workload.Name, c.CPUs, n)
			}
			if n.Shootdowns > 0 && ((n.Broadcasts > 0) != broadcasts || (n.IPIs > 0) == broadcasts) {
				t.Errorf("%s: %s under %s: %d shootdowns, %d IPIs, %d broadcasts", name, c.Design.Name, c.Workload.Name, n.Shootdowns, n.IPIs, n.Broadcasts)
			}
		}
	}
}

// TestFreeIPIs: a machine on which IPIs cost nothing is a machine file like any other.
func TestFreeIPIs(t *testing.T) {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	var free []mmu.Figure
	for _, f := range spec.Figures {
		if strings.HasPrefix(f.Name, "ipi.") {
			free = append(free, mmu.Figure{Name: f.Name, Assumed: "to see what remains"})
		}
	}
	if spec, err = machines.With(spec, "free", free...); err != nil {
		t.Fatal(err)
	}
	for _, c := range grid(t, "alloc: [naive, sfbuf-2010, vmap]\nworkload: [xio, sendfile]\ncpus: [4]\nops: 60\n").Cells() {
		c.Machine = spec
		r, err := c.Run(context.Background(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n := &r.Out.Counters; n.Stale+n.StaleRisk+n.Faults != 0 || n.Shootdowns == 0 && c.Design.Name != "vmap" {
			t.Errorf("%s under %s: %+v", c.Design.Name, c.Workload.Name, n)
		}
	}
}
