package schedule

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"lwbench/mmu/smp"
)

// threads stands for the engine: it runs threads with the given numbers of steps and returns the order of the steps,
// "0011". A thread that has started is in the middle of an operation until it ends; taking its turn is a preemption.
func threads(by smp.Scheduler, steps ...int) string {
	left := slices.Clone(steps)
	order, current := "", -1
	for {
		var ready []smp.Actor
		if current >= 0 && left[current] > 0 {
			ready = append(ready, smp.Actor{CPU: int32(current)})
		}
		for id, n := range left {
			if n > 0 && id != current {
				ready = append(ready, smp.Actor{CPU: int32(id), Preempts: len(ready) > 0 && ready[0].CPU == int32(current)})
			}
		}
		k := 0
		switch len(ready) {
		case 0:
			return order
		case 1:
		default:
			if k = by.Next(ready); k < 0 {
				return order
			}
		}
		current = int(ready[k].CPU)
		left[current]--
		order += fmt.Sprint(current)
	}
}

// preemptions counts how often a thread lost its turn before its end.
func preemptions(order string) (n int) {
	for i := 1; i < len(order); i++ {
		if order[i] != order[i-1] && strings.Contains(order[i:], order[i-1:i]) {
			n++
		}
	}
	return n
}

// orders returns all orders of the steps with at most that many preemptions, by brute force.
func orders(most int, steps ...int) map[string]bool {
	found := map[string]bool{}
	var add func(order string, left []int)
	add = func(order string, left []int) {
		done := true
		for id, n := range left {
			if n > 0 {
				done = false
				l := slices.Clone(left)
				l[id]--
				add(order+fmt.Sprint(id), l)
			}
		}
		if done && preemptions(order) <= most {
			found[order] = true
		}
	}
	add("", steps)
	return found
}

// TestBoundedTriesEachScheduleOnce: exactly the orders of brute force, each once, those with fewer preemptions first.
func TestBoundedTriesEachScheduleOnce(t *testing.T) {
	for _, k := range []struct {
		most  int
		steps []int
	}{{0, []int{3, 3}}, {1, []int{3, 3}}, {2, []int{3, 3}}, {9, []int{3, 3}}, {2, []int{2, 2, 2}}, {9, []int{2, 2, 2}}, {3, []int{4, 1, 3}}, {2, []int{5}}} {
		b := NewBounded(k.most)
		got, last := map[string]bool{}, 0
		for b.Begin() {
			order := threads(b, k.steps...)
			if got[order] {
				t.Errorf("%v: %s twice", k, order)
			}
			got[order] = true
			n := preemptions(order)
			if n != b.Preemptions() || n != b.Bound() || n < last {
				t.Errorf("%v: %s has %d preemptions, the search says %d, tries those with %d", k, order, n, b.Preemptions(), b.Bound())
			}
			last = n
		}
		want := orders(k.most, k.steps...)
		if !maps.Equal(got, want) {
			t.Errorf("%v: tried %d, there are %d", k, len(got), len(want))
		}
		if !b.Exhausted() || b.Begin() {
			t.Errorf("%v: is not exhausted at the end", k)
		}
	}
	if n := len(orders(99, 3, 3)); n != 20 {
		t.Errorf("brute force finds %d orders, want 6 over 3", n)
	}
}

// machine runs two CPUs that record their ordered points, on the engine itself.
func machine(t *testing.T, by smp.Scheduler) string {
	t.Helper()
	cpus := []*smp.CPU{{}, {}}
	costs := smp.Costs{Atomic: 1}
	costs.Line = [4]smp.Cycles{1, 1, 1, 1}
	s, err := smp.New(smp.Topology{Sockets: 1, Cores: 2, Threads: 1}, costs, smp.Config{Scheduler: by, Granularity: smp.OrderedPoints}, cpus)
	if err != nil {
		t.Fatal(err)
	}
	order := ""
	err = s.Run(context.Background(), func(c *smp.CPU) error {
		for range 3 {
			c.Order()
			order += fmt.Sprint(c.ID())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return order
}

// odometer tries every choice at every point, without the notion of a preemption.
type odometer struct {
	digits, limits []int
	at             int
}

func (o *odometer) Next(ready []smp.Actor) int {
	if o.at == len(o.digits) {
		o.digits, o.limits = append(o.digits, 0), append(o.limits, 0)
	}
	o.limits[o.at] = len(ready)
	o.at++
	return o.digits[o.at-1]
}

// turn advances to the next combination; false means that there is none.
func (o *odometer) turn() bool {
	o.digits, o.limits, o.at = o.digits[:o.at], o.limits[:o.at], 0
	for i := len(o.digits) - 1; i >= 0; i-- {
		if o.digits[i]++; o.digits[i] < o.limits[i] {
			o.digits, o.limits = o.digits[:i+1], o.limits[:i+1]
			return true
		}
	}
	return false
}

// TestBoundedOnTheEngine: without a bound it runs every schedule once and reaches the same orders as brute force.
func TestBoundedOnTheEngine(t *testing.T) {
	want, all := map[string]bool{}, 0
	for o := new(odometer); ; {
		want[machine(t, o)] = true
		all++
		if !o.turn() {
			break
		}
	}
	got, n := map[string]bool{}, 0
	b := NewBounded(100)
	for b.Begin() {
		got[machine(t, b)] = true
		n++
	}
	if n != all || !maps.Equal(got, want) || len(want) != 20 {
		t.Errorf("%d schedules and %d orders, brute force has %d and %d, of 20", n, len(got), all, len(want))
	}
	two := 0
	for b := NewBounded(2); b.Begin(); two++ {
		machine(t, b)
	}
	if two >= n || two < 3 {
		t.Errorf("%d schedules with up to 2 preemptions, %d in all", two, n)
	}
}

// searches are the random ones, by seed.
var searches = map[string]func(seed uint64) Search{
	"random": func(seed uint64) Search { return NewRandom(seed, 3) },
	"pct":    func(seed uint64) Search { return NewPCT(seed, 3) },
}

// TestDrawsBySeed: equal seeds draw equal schedules, other seeds others; eventually all with few preemptions are
// drawn.
func TestDrawsBySeed(t *testing.T) {
	for name, search := range searches {
		runs := func(seed uint64, n int) (list []string) {
			s := search(seed)
			for range n {
				if !s.Begin() {
					t.Fatalf("%s ended", name)
				}
				order := threads(s, 3, 3)
				if got := preemptions(order); got != s.Preemptions() {
					t.Errorf("%s: %s has %d preemptions, the search says %d", name, order, got, s.Preemptions())
				}
				list = append(list, order+" "+s.Schedule().String())
			}
			return list
		}
		a, b, c := runs(7, 50), runs(7, 50), runs(8, 50)
		if !slices.Equal(a, b) || slices.Equal(a, c) {
			t.Errorf("%s: seed 7 twice the same: %t, the same as seed 8: %t", name, slices.Equal(a, b), slices.Equal(a, c))
		}
		seen := map[string]bool{}
		for _, line := range runs(1, 20000) {
			seen[line[:6]] = true
		}
		for order := range orders(2, 3, 3) {
			if !seen[order] {
				t.Errorf("%s: %s is not drawn in 20000 runs", name, order)
			}
		}
	}
}

// TestReplay: a replay of a search's schedule repeats the run, once.
func TestReplay(t *testing.T) {
	for name, search := range searches {
		s := search(3)
		for range 200 {
			s.Begin()
			order := threads(s, 4, 2, 3)
			schedule, err := Parse(s.Schedule().String())
			if err != nil {
				t.Fatal(err)
			}
			r := NewReplay(schedule)
			if !r.Begin() {
				t.Fatal("no run")
			}
			if again := threads(r, 4, 2, 3); again != order || r.Schedule().String() != s.Schedule().String() || r.Preemptions() != s.Preemptions() {
				t.Fatalf("%s: %s, replayed %s by %v", name, order, again, s.Schedule())
			}
			if r.Begin() {
				t.Fatal("a second run")
			}
		}
	}
	r := NewReplay(Schedule{{0, 9}}) // more than there are: the last
	r.Begin()
	if got := threads(r, 1, 1, 1); got[0] != '2' || r.Schedule().String() != "0:2" {
		t.Errorf("%s by %v", got, r.Schedule())
	}
}

// TestEndless: a run that does not end is stopped and reported; the next one may end normally.
func TestEndless(t *testing.T) {
	for _, s := range []Search{NewBounded(0), NewRandom(1, 5), NewPCT(1, 2), NewReplay(nil)} {
		s.Begin()
		if order := threads(s, MaxPoints+2, MaxPoints+2); !s.Livelock() || len(order) > MaxPoints+2 {
			t.Errorf("%T: livelock %t after %d steps", s, s.Livelock(), len(order))
		}
		if s.Begin() && threads(s, 1, 1) != "" && s.Livelock() {
			t.Errorf("%T: still livelock", s)
		}
	}
}
