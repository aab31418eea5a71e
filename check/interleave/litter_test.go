package interleave

import (
	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// litter returns a design that ends a run in states that the real designs do not reach in small scenarios: unread messages, pending
// IPIs, free KVA, a held lock, CPUs that sleep or wait in a rendezvous. kind selects what its first alloc does.
func litter(kind int) *allocators.Design {
	return &allocators.Design{
		Name: "litter",
		New: func(m *mmu.Machine, _ allocators.Tuning) (allocators.Allocator, error) {
			l := &littering{lock: smp.SpinLock{Name: "litter", IPIs: true}, turn: kind}
			if m.NCPU() > 2 {
				m.Isolate(smp.FirstCPUs(1))
			}
			_, err := m.ReserveKVA(3)
			return l, err
		},
	}
}

type littering struct {
	lock  smp.SpinLock
	queue smp.WaitQueue
	turn  int
}

type litterBuf struct {
	kva mmu.KVA
	pg  *mmu.Page
}

func (b *litterBuf) KVA(c *mmu.CPU) mmu.KVA { return b.kva }
func (b *litterBuf) Page() *mmu.Page        { return b.pg }

// Alloc does something else at each turn. The buffer may map another page, so that accesses are stale.
func (l *littering) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	m := c.Machine()
	kva, err := c.KVAAlloc()
	if err != nil {
		return nil, allocators.ErrNoBuf
	}
	c.EnterKernel()
	l.turn++
	for range 2 {
		c.Send((c.ID()+1)%m.NCPU(), l.turn)
	}
	c.Recv()
	all := m.All()
	switch l.turn % 7 {
	case 0:
		c.KVAFree(kva)
	case 1:
		c.Qenter(kva, pg)
	case 2:
		c.Kenter(kva, pg)
	case 3:
		c.InvalidateMask(kva, &all)
		c.FlushRange(kva, kva+1)
	case 4:
		if r, err := c.KVAAllocRange(3); err == nil {
			c.KVAFreeRange(r, 3)
		}
		c.SetPTE(kva, m.Page(0))
	case 5:
		c.Lock(&l.lock)
		c.KenterQuick(kva, pg)
		_ = c.Sleep(&l.queue, nil, false)
	case 6:
		c.Qremove(kva, 1)
		c.LeaveKernel()
		panic("litter")
	}
	return &litterBuf{kva, pg}, nil
}

func (l *littering) Free(c *mmu.CPU, b allocators.Buf) {
	c.Qremove(b.KVA(c), 1)
}
