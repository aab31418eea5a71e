package lwbufrbtree

import (
	"fmt"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/alloctest"
	"lwbench/internal/testsize"
	"lwbench/mmu"
)

// tuned returns the design with other defaults and minima, since the contract varies both.
func tuned(most, scope int64) *allocators.Design {
	d := Design
	base := allocators.Tuning{maxKnob.Name: most, scopeKnob.Name: scope}
	d.New = func(m *mmu.Machine, t allocators.Tuning) (allocators.Allocator, error) {
		all := allocators.Tuning{}
		for _, k := range Design.Tunables {
			all[k.Name] = t.Get(k)
		}
		for name, v := range base {
			all[name] = v
		}
		return Design.New(m, all)
	}
	return &d
}

func TestContract(t *testing.T) {
	t.Run("default", func(t *testing.T) { alloctest.Run(t, &Design) })
	for _, scope := range []int64{scopeCPU, scopeGlobal} {
		for _, most := range testsize.Choose([]int64{5}, []int64{1, 5}, []int64{0, 1, 5, maxKnob.Default}) {
			t.Run(fmt.Sprintf("%s-%d", scopeKnob.Format(scope), most), func(t *testing.T) { alloctest.Run(t, tuned(most, scope)) })
		}
	}
}
