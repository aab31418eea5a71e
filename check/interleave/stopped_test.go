package interleave

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"lwbench/check/schedule"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// move is what a CPU of a random scenario does.
type move struct {
	name string
	do   func(c *mmu.CPU, s *script)
}

// moves are what depends on whether a CPU is stopped, takes IPIs, or writes what another one reads.
var moves = []move{
	{"stops", func(c *mmu.CPU, s *script) { c.Kenter(s.kva, c.Machine().Page(c.ID())) }},
	{"writes", func(c *mmu.CPU, s *script) { c.SetPTE(s.kva, c.Machine().Page(1+c.ID())) }},
	{"reads", func(c *mmu.CPU, s *script) {
		if pg, _ := c.PTE(s.kva); pg != nil {
			s.note(c, pg.ID())
		}
	}},
	{"in a section", func(c *mmu.CPU, s *script) {
		c.CritEnter()
		c.SetPTE(s.kva, c.Machine().Page(0))
		c.Order()
		c.CritExit()
	}},
	{"sends", func(c *mmu.CPU, _ *script) { c.Send((c.ID()+1)%c.Machine().NCPU(), 0) }},
	{"receives", received},
	{"flushes all", func(c *mmu.CPU, s *script) {
		all := c.Machine().All()
		c.InvalidateMask(s.kva, &all)
	}},
}

// TestStoppedCPUs: in random scenarios with rendezvous, critical sections and messages the reduced search has exactly the outcomes
// of all orders.
func TestStoppedCPUs(t *testing.T) {
	compared, fewer := 0, 0
	for seed := range uint64(testsize.Choose(12, 40, 200)) {
		r := rand.New(rand.NewPCG(seed, 7))
		cpus := 2 + r.IntN(2)
		var steps []func(*mmu.CPU, *script)
		text := fmt.Sprintf("lwbench-ops 1\ncpus %d\npages 8\n", cpus)
		var names []string
		for cpu := range cpus {
			var own []move
			for range 1 + r.IntN(2) {
				m := moves[r.IntN(len(moves))]
				if cpu == 0 && len(own) == 0 {
					m = moves[0]
				}
				own = append(own, m)
				names = append(names, fmt.Sprintf("cpu%d %s", cpu, m.name))
			}
			text += fmt.Sprintf("%d alloc b%d %d\n", cpu, cpu, cpu)
			steps = append(steps, func(c *mmu.CPU, s *script) {
				for _, m := range own {
					m.do(c, s)
				}
			})
		}
		p, set := plan(t, text), setting(t, "naive", nil)
		set.Design, set.Granularity, set.Visible, set.KVAPages = scripted(steps...), smp.Statements, true, 8
		all, n, whole := outcomes(t, p, set, schedule.NewBounded(99), 2000)
		if !whole {
			continue
		}
		got, runs, _ := outcomes(t, p, set, schedule.NewReduced(), 2000)
		compared++
		if runs < n {
			fewer++
		}
		lost, isLost := missing(got, all)
		extra, isExtra := missing(all, got)
		if isLost || isExtra {
			t.Errorf("seed %d: %s: %d outcomes of %d reduced schedules, %d of %d\nlost %s by %v\nextra %s",
				seed, strings.Join(names, ", "), len(got), runs, len(all), n, lost, all[lost], extra)
		}
	}
	if compared < 4 || fewer < compared/2 {
		t.Errorf("%d scenarios compared, %d of them with fewer schedules", compared, fewer)
	}
	t.Log(compared, "scenarios,", fewer, "with fewer schedules")
}
