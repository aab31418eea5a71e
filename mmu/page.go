package mmu

import (
	"errors"
	"fmt"

	"lwbench/mmu/smp"
)

// Types of package smp, aliased here to save designs an import.
type (
	Cycles = smp.Cycles
	CPUSet = smp.CPUSet
	Mask   = smp.Mask
)

// Page is one physical page of 4096 bytes.
type Page struct{ id uint32 }

// ID returns the page's number, from 0.
func (p *Page) ID() int { return int(p.id) }

// String returns the page's name for reports.
func (p *Page) String() string {
	if p == nil {
		return "no page"
	}
	return fmt.Sprintf("page %d", p.id)
}

// KVA is one page of the kernel virtual address window, by its number in the window.
type KVA uint32

// String formats the address as an i386 kernel places its map, or as FreeBSD amd64 places its direct map.
func (k KVA) String() string {
	if k.direct() {
		return k.directString()
	}
	return fmt.Sprintf("%#08x", 0xc0000000+uint64(k)<<12)
}

// ErrNoKVA is the error if the KVA window is exhausted.
var ErrNoKVA = errors.New("the KVA window is used up")

const pageChunk = 256

// AddPages adds n physical pages and returns the number of the first. Existing pages do not move. It may be called
// before and during a run, on a virtual machine by one CPU at a time.
func (m *Machine) AddPages(n int) (first int) {
	if m.live != nil {
		m.live.grow.Acquire()
		defer m.live.grow.Release()
	}
	first = m.NumPages()
	for i := (first + pageChunk - 1) / pageChunk; i*pageChunk < first+n; i++ {
		if m.live == nil && i < len(m.pages) {
			continue
		}
		chunk := make([]Page, pageChunk)
		for k := range chunk {
			chunk[k].id = uint32(i*pageChunk + k)
		}
		if m.live != nil {
			m.pages[i] = chunk
			m.live.addChunk(i)
			continue
		}
		m.pages = append(m.pages, chunk)
	}
	if m.live != nil {
		m.live.npages.Store(uint64(first + n))
	} else {
		m.npages = first + n
	}
	return first
}

// Page returns physical page i, which must be below NumPages.
func (m *Machine) Page(i int) *Page {
	if i >= m.npages {
		panic(fmt.Sprintf("mmu: page %d of %d", i, m.npages))
	}
	return &m.pages[i/pageChunk][i%pageChunk]
}

// AppendPages appends physical pages first to first+n-1, which must be below NumPages, to list and returns it.
func (m *Machine) AppendPages(list []*Page, first, n int) []*Page {
	for i := range n {
		list = append(list, m.Page(first+i))
	}
	return list
}

// NumPages returns how many physical pages there are.
func (m *Machine) NumPages() int {
	if m.live != nil {
		return int(m.live.npages.Load())
	}
	return m.npages
}

// pageOf returns the page of a PTE's or TLB entry's tag (page number + 1), or nil for 0.
func (m *Machine) pageOf(tag uint32) *Page {
	if tag == 0 {
		return nil
	}
	return m.Page(int(tag - 1))
}

// kernelMap allocates KVA: the general kernel map, with one lock for the machine.
type kernelMap struct {
	lock   smp.SpinLock
	next   KVA        // first page that was never allocated
	free   []KVA      // freed single pages, last in first out
	ranges []KVARange // freed ranges
	inUse  int
	high   int
}

func (k *kernelMap) take(n, window int) (KVA, error) {
	kva := k.next
	if n == 1 && int(k.next) == window && len(k.free) == 0 {
		k.breakUp()
	}
	switch last := len(k.free) - 1; {
	case n == 1 && last >= 0:
		kva, k.free = k.free[last], k.free[:last]
	case int(k.next)+n > window:
		return 0, ErrNoKVA
	default:
		k.next += KVA(n)
	}
	k.inUse += n
	k.high = max(k.high, k.inUse)
	return kva, nil
}

// ReserveKVA allocates n contiguous pages of KVA at boot without charging: a pool's fixed block (kmem_alloc_nofault).
// It returns ErrNoKVA, wrapped, if the window is too small.
func (m *Machine) ReserveKVA(n int) (KVA, error) {
	kva, err := m.kmap.take(n, len(m.pte))
	if err != nil {
		return 0, fmt.Errorf("a block of %s: %w (it has %s)", pages(n), err, pages(len(m.pte)))
	}
	return kva, nil
}

// pages is a number of pages in words.
func pages(n int) string {
	if n == 1 {
		return "1 page"
	}
	return fmt.Sprintf("%d pages", n)
}

// KVAWindow returns the size of the KVA window in pages.
func (m *Machine) KVAWindow() int { return len(m.pte) }

// KVAInUse returns the number of allocated KVA pages.
func (m *Machine) KVAInUse() int { return m.kmap.inUse }

// KVAHigh returns the largest number of KVA pages ever allocated at once.
func (m *Machine) KVAHigh() int { return m.kmap.high }

// KVAMapped returns the number of KVA pages whose entry has been written at least once. Under the virtual clock only.
func (m *Machine) KVAMapped() int64 { return m.mapped }

// KVAAlloc allocates one page of KVA from the kernel map, under the map's lock. The state of other CPUs' TLBs for it
// is unknown. It returns ErrNoKVA if the window is exhausted.
func (c *CPU) KVAAlloc() (KVA, error) {
	m := c.m
	c.Lock(&m.kmap.lock)
	c.Charge(smp.CostKVA, m.spec.MMU.KVAAlloc)
	kva, err := m.kmap.take(1, len(m.pte))
	c.Unlock(&m.kmap.lock)
	if err == nil {
		m.event(&Event{Kind: KVAAllocated, CPU: c.ID(), At: c.Now(), KVA: kva})
	}
	return kva, err
}

// KVAFree returns one page of KVA to the kernel map, as kmem_free does: a valid PTE is first zeroed and invalidated
// on every CPU. If it is already zero, no CPU invalidates, and the next owner must.
func (c *CPU) KVAFree(kva KVA) {
	m := c.m
	c.Point()
	c.Touches(smp.PTEOf(uint32(kva)), false)
	if pg, _ := m.entry(kva); pg != 0 {
		c.removeEverywhere(kva)
	}
	c.Lock(&m.kmap.lock)
	c.Charge(smp.CostKVA, m.spec.MMU.KVAFree)
	m.kmap.free = append(m.kmap.free, kva)
	m.kmap.inUse--
	c.Unlock(&m.kmap.lock)
	m.event(&Event{Kind: KVAFreed, CPU: c.ID(), At: c.Now(), KVA: kva})
}
