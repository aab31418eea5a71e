package interleave

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/check/schedule"
	"lwbench/internal/testsize"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// toy is a pool under a lock that is right, but for what its fault says.
type toy struct {
	fault string
	free  []mmu.KVA
	lock  smp.SpinLock
	queue smp.WaitQueue
}

type toyBuf struct {
	a    *toy
	kva  mmu.KVA
	page *mmu.Page
}

func (b *toyBuf) KVA(c *mmu.CPU) mmu.KVA {
	if b.a.fault == "the wrong address" {
		return b.kva + 1
	}
	return b.kva
}
func (b *toyBuf) Page() *mmu.Page { return b.page }

// toyMasked is a buffer that says that all CPUs have what it maps.
type toyMasked struct{ toyBuf }

func (b *toyMasked) Mask() mmu.CPUSet { return smp.FirstCPUs(2) }

func (a *toy) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	switch a.fault {
	case "panics":
		panic("boom")
	case "spins":
		for {
			c.Order()
		}
	case "is slow":
		for range 30000 {
			c.Order()
		}
	case "another error":
		return nil, errors.New("bad weather")
	}
	c.Lock(&a.lock)
	for len(a.free) == 0 {
		if f&allocators.NoWait != 0 {
			c.Unlock(&a.lock)
			return nil, allocators.ErrNoBuf
		}
		if err := c.Sleep(&a.queue, &a.lock, a.fault == "catches" || f&allocators.Catch != 0); err != nil {
			c.Unlock(&a.lock)
			return nil, err
		}
	}
	b := toyBuf{a: a, kva: a.free[0], page: pg}
	if !strings.HasPrefix(a.fault, "hands out") {
		a.free = a.free[1:]
	}
	c.Unlock(&a.lock)
	switch _, used := c.PTE(b.kva); {
	case a.fault == "hands out again" && used:
	case a.fault == "tells nobody" || a.fault == "claims all":
		c.KenterQuick(b.kva, pg)
	default:
		c.Kenter(b.kva, pg)
	}
	if a.fault == "claims all" {
		return &toyMasked{b}, nil
	}
	return &b, nil
}

func (a *toy) Free(c *mmu.CPU, b allocators.Buf) {
	c.Lock(&a.lock)
	kva := mmu.KVA(0)
	switch b := b.(type) {
	case *toyBuf:
		kva = b.kva
	case *toyMasked:
		kva = b.kva
	}
	switch a.fault {
	case "loses it":
	case "gives it back twice":
		a.free = append(a.free, kva, kva)
	default:
		a.free = append(a.free, kva)
	}
	if a.fault != "wakes nobody" {
		c.Wakeup(&a.queue)
	}
	if a.fault != "keeps the lock" {
		c.Unlock(&a.lock)
	}
}

// toySetting is a machine with a toy of one or more buffers.
func toySetting(t testing.TB, fault string, bufs int64) *Config {
	t.Helper()
	set := setting(t, "naive", allocators.Tuning{"toy.nsfbufs": bufs})
	set.KVAPages = 4
	set.Design = &allocators.Design{
		Name: "toy", Tunables: []allocators.Tunable{{Name: "toy.nsfbufs", Pool: true, Default: 1, Min: 1, Max: 4}},
		New: func(m *mmu.Machine, tune allocators.Tuning) (allocators.Allocator, error) {
			n := int(tune["toy.nsfbufs"])
			base, err := m.ReserveKVA(n)
			a := &toy{fault: fault, lock: smp.SpinLock{Name: "toy"}, queue: smp.WaitQueue{Name: "toys"}}
			for i := range n {
				a.free = append(a.free, base+mmu.KVA(i))
			}
			return a, err
		},
	}
	return set
}

const (
	use2   = "lwbench-ops 1\ncpus 2\n0 alloc a 0\n1 load a\n0 free a\n0 alloc b 1\n1 load b\n1 free b\n"
	both   = "lwbench-ops 1\ncpus 1\n0 alloc a 0\n0 load a\n0 alloc b 1\n0 kva b\n0 free b\n0 free a\n"
	second = "lwbench-ops 1\ncpus 2\n0 alloc a 0\n0 free a\n1 alloc b 1\n1 free b\n"
	holds  = "lwbench-ops 1\ncpus 2\n0 alloc a 0\n1 alloc b 1\n1 free b\n"
	asks   = "lwbench-ops 1\ncpus 2\n0 alloc a 0\n1 load a\n0 free a\n0 alloc b 1\n0 kva b\n0 free b\n"
	nested = "lwbench-ops 1\ncpus 2\n0 alloc a 0\n0 alloc b 1\n0 free b\n0 free a\n1 alloc c 2\n1 alloc d 3\n1 free d\n1 free c\n"
	signal = "lwbench-ops 1\ncpus 2\n0 alloc a 0\n1 alloc b 1\n0 signal 1\n0 free a\n1 free b\n"
)

// TestEachKindOfFailure: a tiny allocator with one mistake makes just that kind of failure under some schedule; without it none.
func TestEachKindOfFailure(t *testing.T) {
	for _, k := range []struct {
		fault, text, kind string
		bufs              int64
		says              string
	}{
		{"tells nobody", use2, mmu.StaleAccess.String(), 1, "cpu1 read page 0"},
		{"hands out again", both, mmu.DoubleMapping.String(), 2, "while it is held for page"},
		{"hands out", both, mmu.ChangedInUse.String(), 2, "while it is held for page"},
		{"the wrong address", use2, mmu.UnmappedAccess.String(), 1, "which maps nothing"},
		{"claims all", asks, UnsoundMask, 1, "says that cpu1 holds nothing old"},
		{"loses it", use2, mmu.Leaked.String(), 3, "no buffer is held, and 2 can be allocated; at the start it was 4"},
		{"wakes nobody", second, LostWakeup, 1, "waits for a wakeup on toys"},
		{"", holds, AllHeld, 1, "cpu1 waits for a wakeup on toys"},
		{"", nested, HoldAndWait, 2, "cpu0 holds a and waits for a buffer for b; cpu1 holds c and waits for a buffer for d"},
		{"keeps the lock", second, Deadlock, 1, "spins for lock toy held by cpu"},
		{"spins", second, Livelock, 1, "the run does not end: cpu0 is at 0 alloc a 0"},
		{"panics", second, Panic, 1, "cpu0: boom"},
		{"another error", second, WrongError, 1, "cpu0: 0 alloc a 0: bad weather"},
		{"catches", signal, WrongError, 1, "1 alloc b 1: "},
	} {
		p := plan(t, k.text)
		set := toySetting(t, k.fault, k.bufs)
		if err := set.Measure(p); err != nil {
			t.Fatalf("%s: capacity %d, %v", k.fault, set.Capacity, err)
		}
		var f *Failure
		n := 0
		for _, s := range []schedule.Search{schedule.NewBounded(1), schedule.NewRandom(1, 4)} {
			for ; f == nil && n < 3000 && s.Begin(); n++ {
				var err error
				if f, err = run(p, set, s, nil); err != nil {
					t.Fatal(err)
				}
			}
		}
		if f == nil || f.Kind != k.kind || !strings.Contains(f.Text, k.says) {
			t.Errorf("%s: %+v after %d schedules, want %s: %s", k.fault, f, n, k.kind, k.says)
			continue
		}
		if latent := k.kind == UnsoundMask; f.Latent != latent || (f.Kind == Panic) != (f.Stack != nil) {
			t.Errorf("%s: latent %t, stack %v", k.fault, f.Latent, f.Stack)
		}
		if k.kind == Deadlock && !slices.ContainsFunc(f.Waits, func(w smp.Wait) bool { return strings.Contains(w.String(), k.says) }) {
			t.Errorf("%s: waits %q", k.fault, f.Waits)
		}
		if k.fault == "" {
			continue
		}
		right := toySetting(t, "", k.bufs)
		if err := right.Measure(p); err != nil || right.Capacity != int(k.bufs) {
			t.Errorf("capacity %d, %v", right.Capacity, err)
		}
		b := schedule.NewBounded(1)
		if n, f := search(t, p, right, b); f != nil || !b.Exhausted() {
			t.Errorf("%s, without the fault: %+v after %d schedules", k.fault, f, n)
		}
	}
}

// TestSlowDrain: taking all buffers at the end of a run may need many points for each, and is no livelock.
func TestSlowDrain(t *testing.T) {
	p := plan(t, "lwbench-ops 1\ncpus 1\n0 alloc a 0\n0 free a\n")
	set := toySetting(t, "is slow", 4)
	if err := set.Measure(p); err != nil || set.Capacity != 4 {
		t.Fatalf("capacity %d, %v", set.Capacity, err)
	}
	if f, err := run(p, set, schedule.NewReplay(nil), nil); f != nil || err != nil {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestVisible passes over what is latent.
func TestVisible(t *testing.T) {
	set := toySetting(t, "claims all", 1)
	set.Visible = true
	if _, f := search(t, plan(t, asks), set, schedule.NewBounded(1)); f != nil {
		t.Errorf("%+v", f)
	}
}

// TestMasksMayBeSmall: a mask that leaves out who may hold something old tells the truth.
func TestMasksMayBeSmall(t *testing.T) {
	b := schedule.NewBounded(1)
	if _, f := search(t, plan(t, asks), setting(t, "lwbuf", allocators.Tuning{"objcache.capacity": 4}), b); f != nil || !b.Exhausted() {
		t.Errorf("%+v", f)
	}
}

// TestBadSetting: a machine or design that cannot be built is no failure of the run.
func TestBadSetting(t *testing.T) {
	set := toySetting(t, "", 9)
	if f, err := run(plan(t, second), set, schedule.NewReplay(nil), nil); f != nil || !errors.Is(err, mmu.ErrNoKVA) {
		t.Errorf("%+v, %v", f, err)
	}
	if err := set.Measure(plan(t, second)); !errors.Is(err, mmu.ErrNoKVA) {
		t.Errorf("Measure: %v", err)
	}
}

// log writes down which operations begin and end.
type log struct {
	lines []string
	plan  *Plan
}

func (l *log) Event(*mmu.Event)      {}
func (l *log) Parked(int, []uintptr) {}
func (l *log) note(what string, cpu, op int) {
	l.lines = append(l.lines, fmt.Sprintf("%s%d.%d", what, cpu, op))
}
func (l *log) Begin(_ View, cpu, op int) { l.note("begin", cpu, op) }
func (l *log) End(_ View, cpu, op int)   { l.note("end", cpu, op) }
func (l *log) at(what string, op int) (n int) {
	return slices.Index(l.lines, fmt.Sprintf("%s%d.%d", what, l.plan.Ops[op].CPU, op))
}

// TestOrderOfOperations: under any schedule every operation happens once, on its CPU, in its CPU's order, and after all that it needs; an
// interrupt once, too, at its end if not before, and now and then in the middle of another operation of its CPU.
func TestOrderOfOperations(t *testing.T) {
	p := plan(t, "lwbench-ops 1\ncpus 3\n0 alloc a 0\n1 load a\n2 kva a\n1! alloc b 1 nowait\n0! load b\n1! free b\n1 store a\n0 free a\n2 alloc a 1\n2 free a\n")
	after := [][2]int{{1, 0}, {2, 0}, {7, 6}, {7, 1}, {7, 2}, {8, 7}, {9, 8}, {6, 1}, {4, 3}, {5, 4}}
	nested, late := 0, 0
	for _, s := range []schedule.Search{schedule.NewBounded(1), schedule.NewRandom(5, 3), schedule.NewPCT(5, 3)} {
		for i := 0; i < testsize.Choose(300, 700, 700) && s.Begin(); i++ {
			l := &log{plan: p}
			if f, err := run(p, toySetting(t, "", 3), s, l); f != nil || err != nil {
				t.Fatalf("%+v, %v under %v", f, err, s.Schedule())
			}
			if len(l.lines) != 2*len(p.Ops) {
				t.Fatalf("%d begins and ends of %d operations: %v", len(l.lines), len(p.Ops), l.lines)
			}
			for op := range p.Ops {
				if b, e := l.at("begin", op), l.at("end", op); b < 0 || e < b {
					t.Fatalf("operation %d begins at %d and ends at %d: %v", op, b, e, l.lines)
				}
			}
			for _, k := range after {
				if l.at("begin", k[0]) < l.at("end", k[1]) {
					t.Fatalf("operation %d begins before %d ends: %v under %v", k[0], k[1], l.lines, s.Schedule())
				}
			}
			if b := l.at("begin", 3); l.at("begin", 1) < b && b < l.at("end", 1) || l.at("begin", 6) < b && b < l.at("end", 6) {
				nested++
			}
			if l.at("begin", 3) > l.at("end", 6) {
				late++
			}
		}
	}
	if nested == 0 || late == 0 {
		t.Errorf("the interrupt came %d times in the middle of an operation and %d times after all others", nested, late)
	}
}

// TestWhatFailedIsLeftOut: the uses of a buffer that could not be had are not done.
func TestWhatFailedIsLeftOut(t *testing.T) {
	p := plan(t, "lwbench-ops 1\ncpus 2\n0 alloc a 0\n1 alloc b 1 nowait\n1 load b\n1 free b\n0 free a\n")
	if n, f := search(t, p, toySetting(t, "", 1), schedule.NewBounded(2)); f != nil || n < 50 {
		t.Errorf("%+v after %d schedules", f, n)
	}
}
