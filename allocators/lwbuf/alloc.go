package lwbuf

import (
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
)

// tries is the number of attempts of Alloc to get KVA, one per second, before it gives up. The commit never gives up;
// 3c9d6a07ff removed the loop, and the kernel then dereferenced NULL.
const tries = 10

// Alloc is lwbuf_alloc. It never sends an IPI. If the constructor finds no KVA it sleeps for a second and retries,
// unless NoWait is given. The error wraps ErrNoBuf.
func (a *allocator) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	obj, err := a.cache.Get(c, f&allocators.NoWait == 0)
	for i := 1; err != nil && i < tries && f&allocators.NoWait == 0; i++ {
		c.Idle(a.second) // tsleep(…, hz): no wakeup ends it
		obj, err = a.cache.Get(c, true)
	}
	if err != nil {
		return nil, fmt.Errorf("lwbuf: %w: %w", allocators.ErrNoBuf, err)
	}
	lwb := obj.(*lwbuf)
	if lwb.m != nil {
		panic("lwbuf: an object in the cache still has a page")
	}
	lwb.m = pg
	if a.orOnAlloc {
		lwb.mask.Add(c.ID())
	} else {
		lwb.mask.Assign(c.ID())
	}
	c.KenterQuick(lwb.kva, pg)
	if a.count {
		c.Atomic(&a.countLine)
	}
	return lwb, nil
}

// KVA is lwbuf_kva: a CPU that is not in the mask flushes its own entry, then publishes its bit.
func (lwb *lwbuf) KVA(c *mmu.CPU) mmu.KVA {
	if !lwb.mask.AtomicHas(c.ID()) {
		c.KenterSyncQuick(lwb.kva)
		c.Atomic(&lwb.line)
		lwb.mask.AtomicAdd(c.ID())
	}
	return lwb.kva
}

// Page returns the page that the lwbuf maps.
func (lwb *lwbuf) Page() *mmu.Page { return lwb.m }

// Mask returns the CPUs that hold no stale entry.
func (lwb *lwbuf) Mask() mmu.CPUSet { return lwb.mask.CPUSet.AtomicLoad() }

// SetGlobal is lwbuf_set_global: a rendezvous, unless the mask is already full.
func (a *allocator) SetGlobal(c *mmu.CPU, b allocators.Buf) {
	lwb := b.(*lwbuf)
	if lwb.mask.AtomicLoad() != a.all {
		c.KenterSync(lwb.kva)
		lwb.mask.AtomicStore(&a.all)
	}
}

// Free is lwbuf_free, on any CPU: the object goes to the magazines of the CPU that frees it. No TLB work.
func (a *allocator) Free(c *mmu.CPU, b allocators.Buf) {
	lwb := b.(*lwbuf)
	if lwb.m == nil {
		panic("lwbuf: freed twice")
	}
	lwb.m = nil
	if !a.keepOnFree {
		lwb.mask = mmu.Mask{}
	}
	a.cache.Put(c, lwb)
	if a.count {
		c.Atomic(&a.countLine)
	}
}
