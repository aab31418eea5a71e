package mmu

import (
	"fmt"

	"lwbench/mmu/smp"
)

// DirectBase is the start of the direct map: physical page i is always mapped at DirectBase + i. Its entries are
// large pages that no mapping call changes, so an access through it never walks and is never stale.
const DirectBase KVA = 1 << 31

// Direct returns the address of pg in the direct map (FreeBSD PHYS_TO_DMAP, Linux page_address). It charges nothing;
// the caller charges for the addition.
func (c *CPU) Direct(pg *Page) KVA { return DirectBase + KVA(pg.id) }

// direct reports whether the address is in the direct map.
func (k KVA) direct() bool { return k >= DirectBase }

// directPage returns the number plus one of the page at a direct-map address.
func (k KVA) directPage() uint32 { return uint32(k-DirectBase) + 1 }

// directString formats a direct-map address as on FreeBSD amd64.
func (k KVA) directString() string {
	return fmt.Sprintf("%#x", 0xfffff80000000000+uint64(k-DirectBase)<<12)
}

// accessDirect is an access through the direct map: a TLB hit.
func (c *CPU) accessDirect(kva KVA, want *Page, verb string) {
	if m := c.m; m.live != nil {
		c.Order()
		if verb == wrote {
			m.live.frame(kva.directPage()).word.Inc()
		}
	} else if n := m.spec.MMU.TLBHit; n != 0 {
		c.Charge(smp.CostTLB, n)
	}
	if tag := kva.directPage(); tag != want.id+1 {
		c.m.judge(c, kva, tag, false, want, verb)
	}
}
