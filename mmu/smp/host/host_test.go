package host

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"go.uber.org/goleak"
)

// TestWordsStandAlone checks that two words of an array never share a line, whatever the array's alignment.
func TestWordsStandAlone(t *testing.T) {
	var w [2]Word
	if far := uintptr(unsafe.Pointer(&w[1].Int64)) - uintptr(unsafe.Pointer(&w[0].Int64)); far < 2*lineSize-8 {
		t.Errorf("%d bytes apart", far)
	}
	if n := unsafe.Sizeof(Bare{}); n != 8 {
		t.Errorf("a bare word has %d bytes", n)
	}
}

// TestLock checks mutual exclusion with more goroutines than CPUs.
func TestLock(t *testing.T) {
	var l Lock
	var all sync.WaitGroup
	n := 0
	for range 9 {
		all.Go(func() {
			for range 1000 {
				l.Acquire()
				n++
				l.Release()
			}
		})
	}
	if all.Wait(); n != 9000 {
		t.Errorf("%d, want 9000", n)
	}
}

// TestBackoff checks that a thread that waits for an answer polls often, and that a pinned thread yields after about
// ten microseconds, not ten milliseconds: on a loaded host a shootdown of 2 CPUs then took 30 µs instead of 12.
func TestBackoff(t *testing.T) {
	for _, b := range []Backoff{{}, {Answer: true}} {
		longest, sum, yields := uint32(0), uint32(0), 0
		for range 10_000 {
			pauses, yield := b.next()
			if yield {
				yields++
			} else if yields == 0 {
				longest, sum = max(longest, pauses), sum+pauses
			}
		}
		if b.Answer && longest > 8 || sum > 1200 || sum < 200 || yields < 100 {
			t.Errorf("answer %v: the longest pause is %d, the first yield comes after %d, %d yields", b.Answer, longest, sum, yields)
		}
	}
	b := Backoff{Yield: true}
	for i := range 100 {
		if pauses, yield := b.next(); pauses != 0 || yield != (i+1 >= spinShared) {
			t.Errorf("round %d of an unpinned goroutine: %d pauses, yields %v", i, pauses, yield)
		}
	}
}

// TestParker: an early wake is kept, but only one; a park ends at its deadline.
func TestParker(t *testing.T) {
	p := NewParker()
	p.Wake()
	p.Wake()
	p.Park(0)
	start := Nanos()
	p.Park(start + 2_000_000)
	if took := Nanos() - start; took < 2_000_000 {
		t.Errorf("parked for %d ns", took)
	}
	go func() {
		SpinUntil(Nanos() + 100_000)
		p.Wake()
	}()
	p.Park(0)
}

// TestPin: threads are pinned if there is a CPU for each; otherwise the reason is returned.
func TestPin(t *testing.T) {
	c := CPUs{Allowed: []int{1}}
	if pin, why := c.Pin(1); len(pin) != 1 || pin[0] != 1 || why != "" {
		t.Errorf("%v %q", pin, why)
	}
	if pin, why := c.Pin(2); pin != nil || why != "2 CPUs run on 1 of the host" {
		t.Errorf("%v %q", pin, why)
	}
	c = CPUs{Allowed: []int{0, 1, 2, 3}, Quota: 1.5}
	if n := c.Usable(); n != 1 {
		t.Errorf("a quota of 1.5 CPUs gives %d parallel CPUs", n)
	}
	c = CPUs{Allowed: []int{0, 1}, Why: "no permission"}
	if pin, why := c.Pin(1); pin != nil || why != "no permission" {
		t.Errorf("%v %q", pin, why)
	}
}

// TestThreads: bodies run in parallel, a panic is caught with its stack, the watch is called, a context that ends
// stops the run once, and threads get their original affinity back.
func TestThreads(t *testing.T) {
	defer goleak.VerifyNone(t)
	cpus := Available()
	pin, _ := cpus.Pin(1)
	ctx, cancel := context.WithCancelCause(context.Background())
	var meet sync.WaitGroup
	meet.Add(2)
	var l Lock
	looks, stops, panics := 0, 0, []*Panic{}
	run := &Threads{Every: 0.001, Watch: func() { l.Acquire(); looks++; l.Release() }}
	stopped := make(chan struct{})
	run.Run(ctx, 2, func(i int) {
		meet.Done()
		meet.Wait()
		for seen := 0; seen == 0; time.Sleep(time.Millisecond) {
			l.Acquire()
			seen = looks
			l.Release()
		}
		if i == 1 {
			panic("on purpose")
		}
		cancel(errors.New("enough"))
		<-stopped
	}, func(p *Panic) { panics = append(panics, p) }, func() { stops++; close(stopped) })
	if len(panics) != 1 || panics[0].Body != 1 || !strings.Contains(panics[0].Error(), "TestThreads") {
		t.Errorf("panics %v", panics)
	}
	if stops != 1 {
		t.Errorf("stopped %d times", stops)
	}
	inside := CPUs{}
	run = &Threads{Pin: pin, Descheduled: func(int, int64) {}}
	run.Run(context.Background(), 1, func(int) { inside = Available() }, func(p *Panic) { t.Error(p) }, func() {})
	if pin != nil && len(inside.Allowed) != 1 {
		t.Errorf("a pinned thread may run on %v", inside.Allowed)
	}
	if after := Available(); len(after.Allowed) != len(cpus.Allowed) {
		t.Errorf("CPUs %v, then %v", cpus.Allowed, after.Allowed)
	}
}
