package mmu

import (
	"testing"
	"unsafe"

	"lwbench/mmu/smp"
)

// newLive makes a machine of real threads.
func newLive(t *testing.T, cpus int) *Machine {
	t.Helper()
	m, err := New(testSpec(), Options{CPUs: cpus, Pages: 8, KVAPages: 16, Config: smp.Config{Live: &smp.Live{NoIPICost: true, Stall: 20}}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLiveFrameIsAPage(t *testing.T) {
	if n := unsafe.Sizeof(frame{}); n != 4096 {
		t.Errorf("the memory of a page is %d bytes", n)
	}
}

// TestLiveOracles checks that both oracles find the same on real threads as under the virtual clock.
func TestLiveOracles(t *testing.T) {
	m := newLive(t, 1)
	one, two := m.Page(1), m.Page(2)
	err := m.Run(func(c *CPU) error {
		c.Load(3, one) // maps nothing
		c.KenterQuick(3, one)
		c.Load(3, one)
		m.write(c, 3, two.id+1, "a PTE write without an invalidation")
		c.Load(3, two)             // stale
		c.Store(3, one)            // correct, but an older entry may be held
		c.KenterSyncQuick(3)       //
		c.Load(3, two)             // correct
		m.Promise(c, 3, two)       //
		m.Promise(c, 3, one)       // double mapping
		m.write(c, 3, 0, "remove") // changed in use
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []FindingKind
	for _, f := range m.Findings() {
		kinds = append(kinds, f.Kind)
	}
	want := []FindingKind{UnmappedAccess, StaleAccess, StaleRisk, DoubleMapping, ChangedInUse}
	if len(kinds) != len(want) {
		t.Fatalf("%v, want %v", kinds, want)
	}
	for i := range want {
		if kinds[i] != want[i] {
			t.Errorf("%v, want %v", kinds, want)
		}
	}
	if n := m.live.frames[0][1].word.Load(); n != 1 {
		t.Errorf("page 1 was written %d times, want 1", n)
	}
}

// TestLiveAccessed: fills on many CPUs set the bit while the entry is rewritten; none is lost, and every fill of a
// valid entry reaches a page that some write put there.
func TestLiveAccessed(t *testing.T) {
	m := newLive(t, 4)
	err := m.Run(func(c *CPU) error {
		for i := range 2000 {
			if c.ID() == 0 {
				c.KenterQuick(5, m.Page(i%8))
				continue
			}
			c.KenterSyncQuick(5)
			if e := c.tlb.entry(5); c.fillLive(5, e) && e.page&^liveTag > 8 {
				t.Errorf("filled %#x", e.page)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	m2 := newLive(t, 1)
	err = m2.Run(func(c *CPU) error {
		c.KenterQuick(5, m2.Page(1))
		if pg, accessed := c.PTE(5); pg != m2.Page(1) || accessed {
			t.Errorf("a new entry: %v, accessed %v", pg, accessed)
		}
		c.Load(5, m2.Page(1))
		if _, accessed := c.PTE(5); !accessed {
			t.Error("a fill did not set Accessed")
		}
		c.CopyOut(5, 4096)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLiveAddPages checks that running CPUs see the pages that one CPU adds.
func TestLiveAddPages(t *testing.T) {
	m := newLive(t, 3)
	err := m.Run(func(c *CPU) error {
		for range 50 {
			first := m.AddPages(100)
			for i := range 100 {
				if pg := m.Page(first + i); pg.ID() != first+i {
					t.Errorf("page %d is %v", first+i, pg)
				}
			}
		}
		return nil
	})
	if err != nil || m.NumPages() != 8+3*50*100 {
		t.Errorf("%v, %d pages", err, m.NumPages())
	}
	if _, err := New(testSpec(), Options{CPUs: 1, Probe: new(recorder), Config: smp.Config{Live: &smp.Live{}}}); err == nil {
		t.Error("a live machine accepted a probe")
	}
}

type recorder struct{}

func (*recorder) Event(*Event) {}

// TestLiveAccessPolls checks that a CPU that only accesses memory serves shootdowns.
func TestLiveAccessPolls(t *testing.T) {
	m := newLive(t, 2)
	var over smp.Word
	err := m.Run(func(c *CPU) error {
		if c.ID() == 0 {
			c.Kenter(4, m.Page(1))
			over.Set(1)
			return nil
		}
		c.KenterQuick(5, m.Page(2))
		for range 1 << 28 {
			if c.Load(5, m.Page(2)); over.Peek() != 0 {
				return nil
			}
		}
		t.Error("a shootdown was not served")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
