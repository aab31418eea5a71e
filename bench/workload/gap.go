package workload

import (
	"math/rand/v2"
	"slices"

	"lwbench/mmu"
)

// gapParam is the parameter of a workload with gaps between its requests.
func gapParam(name string) Param {
	return Param{
		Name: name + ".gaps", Kind: Text, Default: "drawn", Choices: []string{"drawn", "constant"},
		Doc: "drawn: the cycles between requests are uniform between 0 and twice the mean; constant: always the mean",
	}
}

// gapsConstant reads gapParam; a workload without it has no gaps.
func (w *Workload) gapsConstant(cell *Cell) bool {
	name := w.Name + ".gaps"
	return slices.ContainsFunc(w.Params, func(p Param) bool { return p.Name == name }) && cell.text(name) == "constant"
}

// gaps draws the gaps of one CPU. Constant gaps let CPUs fall into step with each other, or keep them from colliding,
// which no kernel could rely on: it cost one design 25 % and saved another 24 %. The stream belongs to this CPU and
// serves only this purpose, so that every design gets the same gaps.
//
// They are drawn in pairs whose mean is exact (antithetic variates), which reduces the difference between seeds to a
// tenth.
type gaps struct {
	r        *rand.Rand
	constant bool
	owed     bool       // the second of a pair is next
	mean     mmu.Cycles // of the pair
	off      mmu.Cycles // of the first from the mean
}

func newGaps(cell *Cell, cpu int) gaps {
	return gaps{r: rand.New(rand.NewPCG(cell.Seed, uint64(cpu)*0xd1342543de82ef95+2)), constant: cell.constantGaps}
}

func (g *gaps) draw(mean mmu.Cycles) mmu.Cycles {
	switch {
	case g.constant || mean == 0:
		return mean
	case g.owed && g.mean == mean:
		g.owed = false
		return mean - g.off
	}
	g.off = mmu.Cycles(g.r.Int64N(int64(2*mean)+1)) - mean
	g.owed, g.mean = true, mean
	return mean + g.off
}

// Gap computes for mean cycles on average: the time between two requests.
func (e *Env) Gap(mean mmu.Cycles) { e.Work(e.gaps.draw(mean)) }
