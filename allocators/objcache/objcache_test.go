package objcache

import (
	"errors"
	"testing"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// spec is a machine whose costs do not matter here.
func spec() *mmu.Spec {
	s := &mmu.Spec{ClockHz: 1e9, Topology: smp.Topology{Sockets: 1, Cores: 8, Threads: 1}, TLB: mmu.TLBSpec{L1Sets: 16, L1Ways: 4}}
	s.SMP.Deliver = [smp.NumDistances]mmu.Cycles{0, 100, 100, 100}
	s.SMP.Lock, s.MMU.Magazine = 20, 8
	return s
}

// counted returns a cache whose objects are numbers. It counts constructions and destructions.
func counted(t *testing.T, cpus int, tune allocators.Tuning) (m *mmu.Machine, o *Cache, made, gone *int) {
	t.Helper()
	m, err := mmu.New(spec(), mmu.Options{CPUs: cpus})
	if err != nil {
		t.Fatal(err)
	}
	made, gone = new(int), new(int)
	o = New(m, "test", tune, func(*mmu.CPU) (any, error) { *made++; return *made, nil }, func(*mmu.CPU, any) { *gone++ })
	return m, o, made, gone
}

func on(t *testing.T, m *mmu.Machine, f func(c *mmu.CPU)) {
	t.Helper()
	if err := m.Run(func(c *mmu.CPU) error {
		if c.ID() == 0 {
			f(c)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestLastInFirstOut(t *testing.T) {
	m, o, made, _ := counted(t, 1, nil)
	on(t, m, func(c *mmu.CPU) {
		a, _ := o.Get(c, true)
		o.Put(c, a)
		for range 100 {
			b, _ := o.Get(c, true)
			if b != a {
				t.Errorf("got %v, put %v last", b, a)
			}
			o.Put(c, b)
		}
	})
	if *made != 1 {
		t.Errorf("%d objects made", *made)
	}
}

// TestRetained: without a limit a cache retains four magazines of objects freed on one CPU: its own
// two and the depot's two.
func TestRetained(t *testing.T) {
	m, o, _, gone := counted(t, 1, nil)
	on(t, m, func(c *mmu.CPU) {
		var held []any
		for range 1000 {
			x, _ := o.Get(c, true)
			held = append(held, x)
		}
		for _, x := range held {
			o.Put(c, x)
		}
	})
	if o.Retained() != 4*64 || *gone != 1000-4*64 {
		t.Errorf("%d retained, %d destructed; want %d and %d", o.Retained(), *gone, 4*64, 1000-4*64)
	}
}

// TestOneWayFlow: objects got on cpu0 and put on cpu1 cost one depot lock for each 64 on each side.
func TestOneWayFlow(t *testing.T) {
	m, o, made, gone := counted(t, 2, nil)
	const n = 6400
	err := m.Run(func(c *mmu.CPU) error {
		for range n {
			if c.ID() == 0 {
				x, err := o.Get(c, true)
				if err != nil {
					return err
				}
				c.Send(1, x)
				c.Charge(smp.CostWork, 500)
				continue
			}
			x, _ := c.RecvUntil(smp.Forever)
			o.Put(c, x)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if *made > 4*64+10 || *gone > 10 {
		t.Errorf("%d made, %d destructed", *made, *gone)
	}
	if locks := m.CPU(1).Spent(smp.CostLock) / 20; locks < n/64-2 || locks > n/64+4 {
		t.Errorf("cpu1 took the depot's lock %d times for %d objects", locks, n)
	}
}

// TestLimit: at the limit Get fails, or sleeps until an object is returned.
func TestLimit(t *testing.T) {
	tune := allocators.Tuning{"objcache.capacity": 4, "objcache.limit": 1} // raised to 8 x 4 x 2
	m, o, made, _ := counted(t, 2, tune)
	const limit = 8 * 4 * 2
	err := m.Run(func(c *mmu.CPU) error {
		if c.ID() == 1 {
			x, _ := c.RecvUntil(smp.Forever)
			c.Charge(smp.CostWork, 5000)
			for range 20 { // enough for a full magazine to reach the depot
				o.Put(c, x)
				x, _ = c.RecvUntil(smp.Forever)
			}
			return nil
		}
		for range limit {
			x, err := o.Get(c, false)
			if err != nil {
				return err
			}
			if len(c.Machine().Findings()) == 0 && x.(int) <= 21 {
				c.Send(1, x)
			}
		}
		if _, err := o.Get(c, false); err != nil && !errors.Is(err, ErrExhausted) {
			t.Errorf("at the limit: %v", err)
		}
		_, err := o.Get(c, true)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if *made > limit {
		t.Errorf("%d objects made, the limit is %d", *made, limit)
	}
}

// TestFailingConstructor: even a Get that may wait fails.
func TestFailingConstructor(t *testing.T) {
	m, _ := mmu.New(spec(), mmu.Options{CPUs: 1})
	bad := errors.New("no KVA")
	o := New(m, "test", nil, func(*mmu.CPU) (any, error) { return nil, bad }, nil)
	on(t, m, func(c *mmu.CPU) {
		if _, err := o.Get(c, true); !errors.Is(err, bad) {
			t.Errorf("got %v", err)
		}
	})
}

// TestSizes are the rules of 2009.
func TestSizes(t *testing.T) {
	for _, k := range []struct{ capacity, limit, cpus, wantCap, wantLimit, wantEmpties int }{
		{64, 0, 8, 64, 0, 2},
		{64, 8192, 4, 64, 8192, 10},
		{64, 1000, 4, 16, 1000, 10},
		{64, 100, 4, 16, 512, 10},
		{16, 300, 2, 16, 300, 7},
	} {
		c, l, e := size(k.capacity, k.limit, k.cpus)
		if c != k.wantCap || l != k.wantLimit || e != k.wantEmpties {
			t.Errorf("size(%d, %d, %d) = %d, %d, %d; want %d, %d, %d", k.capacity, k.limit, k.cpus, c, l, e, k.wantCap, k.wantLimit, k.wantEmpties)
		}
	}
}
