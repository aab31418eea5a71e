package alloctest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/internal/hang"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Run checks a design against the contract: one test for each clause. It stops at a clause in which the design loops.
func Run(t *testing.T, d *allocators.Design) {
	for _, clause := range []struct {
		name  string
		check func(*testing.T, *allocators.Design)
	}{
		{"Described", described},
		{"OneCPU", oneCPU},
		{"Sharing", sharing},
		{"NoWait", noWait},
		{"SleeperIsWoken", sleeper},
		{"Crowd", crowd},
		{"Waits", waits},
		{"FreeElsewhere", freeElsewhere},
		{"Leak", leak},
		{"Global", global},
		{"Pages", severalPages},
		{"Aliases", aliases},
		{"References", references},
		{"Sysctls", sysctls},
		{"Masks", masks},
		{"Exact", exact},
		{"Twice", twice},
		{"Live", live},
		{"Random", random},
	} {
		stuck := false
		t.Run(clause.name, func(t *testing.T) {
			err := guard(stuckAfter, func() { clause.check(t, d) })
			if _, stuck = errors.AsType[*hang.Error](err); err != nil {
				t.Errorf("%s: %v", d.Name, err)
			}
		})
		if stuck {
			return
		}
	}
}

// described checks the fields of the Design.
func described(t *testing.T, d *allocators.Design) {
	_, a := build(t, d, mmu.Options{CPUs: 1, Pages: 1}, nil)
	if _, ok := a.(allocators.MultiPager); d.MultiPage > 0 && !ok {
		t.Error("Abilities.MultiPage is set: the Allocator must implement AllocPages (allocators.MultiPager)")
	}
	if _, ok := a.(allocators.Unaliaser); ok != d.UnmapsAliases {
		t.Errorf("Abilities.UnmapsAliases is %t: set it if the Allocator implements UnmapAliases (allocators.Unaliaser), and only then", d.UnmapsAliases)
	}
	if _, pool := d.Pool(); pool && d.CannotRunOut {
		t.Error("a design with a pool can run out: set only one of Tunable.Pool and Abilities.CannotRunOut")
	}
	if d.Name == "" || d.Doc == "" || d.Source == "" {
		t.Errorf("a Design needs a Name, a one-line Doc and a Source (kernel, file, year): %q, %q, %q", d.Name, d.Doc, d.Source)
	}
	for _, k := range d.Tunables {
		if k.Doc == "" || !strings.Contains(k.Name, ".") || k.Default < k.Min || k.Default > k.Max {
			t.Errorf("a tunable needs a name with a dot (\"%s.max\"), a Doc and a Default from Min to Max: %+v", d.Name, k)
		}
		if k.Values != nil && int64(len(k.Values)) != k.Max-k.Min+1 {
			t.Errorf("%s: Values has %d names; it needs one for each value from %d to %d", k.Name, len(k.Values), k.Min, k.Max)
		}
	}
}

// poolOf returns the name of the tunable that sizes a design's pool of buffers, and whether it has one.
func poolOf(d *allocators.Design) (name string, ok bool) {
	k, ok := d.Pool()
	return k.Name, ok
}

// use allocates pg, touches it and frees it, all on c.
func use(c *mmu.CPU, a allocators.Allocator, pg *mmu.Page, f allocators.Flags) error {
	b, err := a.Alloc(c, pg, f)
	if err != nil {
		return err
	}
	if b.Page() != pg {
		return fmt.Errorf("Buf.Page must be the page given to Alloc: page %d, want %d", b.Page().ID(), pg.ID())
	}
	m, kva := c.Machine(), b.KVA(c)
	m.Promise(c, kva, pg)
	c.Store(kva, pg)
	c.Load(kva, pg)
	m.Release(c, kva)
	a.Free(c, b)
	return nil
}

// oneCPU allocates, accesses and frees pages repeatedly on one CPU, private and not.
func oneCPU(t *testing.T, d *allocators.Design) {
	m, a := build(t, d, mmu.Options{CPUs: 1, Pages: 16}, nil)
	err := m.Run(func(c *mmu.CPU) error {
		for i := range 200 {
			if err := use(c, a, m.Page(i*7%16), allocators.Flags(i%2)*allocators.Private); err != nil {
				return err
			}
		}
		return nil
	})
	passed(t, m, err, "one CPU uses pages one at a time: no call may fail")
}

// noWait exhausts the design: the next NoWait alloc fails with ErrNoBuf, and one after a free succeeds.
func noWait(t *testing.T, d *allocators.Design) {
	switch {
	case d.CannotRunOut:
		t.Skip("it cannot run out")
	case d.FixedSize:
		exhaust(t, d)
		return
	}
	const most = 8
	opt := mmu.Options{CPUs: 2, Pages: 4 * most, KVAPages: most}
	m, a := build(t, d, opt, small(d, most))
	err := m.Run(func(c *mmu.CPU) error {
		if c.ID() != 0 {
			return nil
		}
		var held []allocators.Buf
		for i := range most {
			b, err := a.Alloc(c, m.Page(i), allocators.NoWait)
			if err != nil {
				return fmt.Errorf("NoWait: one CPU must get all %d pages, also those in other CPUs' caches; it got %d: %w", most, i, err)
			}
			held = append(held, b)
		}
		if _, err := a.Alloc(c, m.Page(most), allocators.NoWait); !errors.Is(err, allocators.ErrNoBuf) {
			t.Errorf("NoWait: with all %d in use Alloc must return ErrNoBuf at once, got %v", most, err)
		}
		free := 1
		if d.LazyReclaim { // one free may not be enough: the rest of its block is live
			free = most
		}
		for _, b := range held[:free] {
			a.Free(c, b)
		}
		if err := use(c, a, m.Page(most+1), allocators.NoWait); err != nil {
			t.Errorf("NoWait: after %d Frees the next Alloc must succeed, got %v", free, err)
		}
		for _, b := range held[free:] {
			a.Free(c, b)
		}
		return nil
	})
	passed(t, m, err, "")
	if m.KVAHigh() > most {
		t.Errorf("NoWait: the design took %d pages of KVA, and the pool or window has %d", m.KVAHigh(), most)
	}
}

// sleeper makes a CPU sleep for a buffer until another CPU frees one.
func sleeper(t *testing.T, d *allocators.Design) {
	pool, ok := poolOf(d)
	if !ok {
		t.Skip("it has no pool to sleep for")
	}
	m, a := build(t, d, mmu.Options{CPUs: 2, Pages: 8}, allocators.Tuning{pool: 1})
	err := m.Run(func(c *mmu.CPU) error {
		if c.ID() == 1 {
			if _, ok := c.RecvUntil(smp.Forever); !ok {
				return errors.New("no message")
			}
			return use(c, a, m.Page(4), 0) // far enough to be in no buffer with page 0
		}
		b, err := a.Alloc(c, m.Page(0), 0)
		if err != nil {
			return err
		}
		c.Send(1, "the pool is empty")
		c.Charge(smp.CostWork, 50000)
		a.Free(c, b)
		return nil
	})
	passed(t, m, err, "a CPU that sleeps in Alloc must get the buffer when another CPU frees one")
	if m.Counters().Sleeps != 1 {
		t.Errorf("with one buffer in the pool, and that in use, the second CPU must sleep once in Alloc (mmu.CPU.Sleep): %d sleeps", m.Counters().Sleeps)
	}
}

// crowd makes many CPUs sleep and wake for a pool of two, each holding one mapping at a time: no CPU may sleep forever.
func crowd(t *testing.T, d *allocators.Design) {
	tune := allocators.Tuning{}
	if pool, ok := poolOf(d); ok {
		tune[pool] = 2
	}
	m, a := build(t, d, mmu.Options{CPUs: 7, Pages: 64}, tune)
	err := m.Run(func(c *mmu.CPU) error {
		for i := range 60 {
			if err := use(c, a, m.Page((c.ID()*9+i)%64), 0); err != nil {
				return err
			}
		}
		return nil
	})
	passed(t, m, err, "seven CPUs share a pool of two, one mapping each: every CPU must get its turn")
}

// freeElsewhere moves handles one way: KVA must not grow with the number of uses unless the design declares Grows.
func freeElsewhere(t *testing.T, d *allocators.Design) {
	if d.CPUPrivate {
		t.Skip("its mappings stay on their CPU")
	}
	const uses = 2000
	m, a := build(t, d, mmu.Options{CPUs: 2, Pages: 64, KVAPages: lazyWindow(d, 512)}, nil)
	base := m.KVAInUse()
	err := m.Run(func(c *mmu.CPU) error {
		for i := range uses {
			if c.ID() == 0 {
				b, err := a.Alloc(c, m.Page(i%64), 0)
				if err != nil {
					return err
				}
				c.Load(b.KVA(c), b.Page())
				c.Send(1, b)
				c.Charge(smp.CostWork, 4000)
				continue
			}
			msg, _ := c.RecvUntil(smp.Forever)
			b := msg.(allocators.Buf)
			if d.KnownFault == "" {
				c.Load(b.KVA(c), b.Page())
			}
			a.Free(c, b)
		}
		return nil
	})
	passed(t, m, err, "handles allocated on one CPU and freed on another: no call may fail")
	if grown := m.KVAHigh() - base; (grown > uses/2) != (d.Grows != "") {
		t.Errorf("CPU 0 allocates, CPU 1 frees, %d times: KVA grew by %d pages, and Design.Grows is %q. "+
			"Set Grows to the reason if the original grows, and only then", uses, grown, d.Grows)
	}
}
