package kmaplocal

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
)

// slot is one fixmap address of a CPU, and the handle of the page that it maps.
type slot struct {
	kva mmu.KVA
	m   *mmu.Page
}

// stack is the slots of one CPU. Only that CPU touches it.
type stack struct {
	slots []slot
	idx   int // kmap_local_idx: slots in use
	_     [64]byte
}

// stacks is the design on one machine.
type stacks struct{ cpus []stack }

// local adds the context switch of kmap_local_page.
type local struct{ *stacks }

var _ allocators.Switcher = (*local)(nil)

// newStacks reserves the fixmap slots of all CPUs.
func newStacks(m *mmu.Machine, knob string, n int) (*stacks, error) {
	base, err := m.ReserveKVA(n * m.NCPU())
	if err != nil {
		return nil, fmt.Errorf("%s=%d on %d CPUs: %w", knob, n, m.NCPU(), err)
	}
	s := &stacks{cpus: make([]stack, m.NCPU())}
	for i := range s.cpus {
		s.cpus[i].slots = make([]slot, n)
		for k := range n {
			s.cpus[i].slots[k].kva = base + mmu.KVA(i*n+k)
		}
	}
	return s, nil
}
