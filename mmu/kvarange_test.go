package mmu

import (
	"errors"
	"testing"
)

// TestKVARange checks that ranges come from the end of the window first and then from freed runs, and that pages that
// are not contiguous do not form a range.
func TestKVARange(t *testing.T) {
	m, err := New(testSpec(), Options{CPUs: 2, KVAPages: 8})
	if err != nil {
		t.Fatal(err)
	}
	err = m.Run(func(c *CPU) error {
		if c.ID() != 0 {
			return nil
		}
		a, err := c.KVAAllocRange(4)
		if err != nil {
			return err
		}
		b, err := c.KVAAllocRange(3)
		if err != nil {
			return err
		}
		if a != 0 || b != 4 || m.KVAInUse() != 7 {
			t.Errorf("ranges at %d and %d, %d pages in use", a, b, m.KVAInUse())
		}
		if _, err := c.KVAAllocRange(2); !errors.Is(err, ErrNoKVA) {
			t.Errorf("2 pages of 1: %v, want ErrNoKVA", err)
		}
		c.KVAFreeRange(a+1, 2)
		c.KVAFreeRange(b+1, 1)
		if _, err := c.KVAAllocRange(3); !errors.Is(err, ErrNoKVA) {
			t.Errorf("3 pages of a run of 2: %v, want ErrNoKVA", err)
		}
		if kva, err := c.KVAAllocRange(2); err != nil || kva != a+1 {
			t.Errorf("the freed run: %d, %v; want %d", kva, err, a+1)
		}
		if m.KVAInUse() != 6 || m.KVAHigh() != 7 {
			t.Errorf("%d pages in use, at most %d; want 6 and 7", m.KVAInUse(), m.KVAHigh())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
