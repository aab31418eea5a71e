package interleave

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/check/schedule"
	"lwbench/internal/testsize"
	"lwbench/mmu/machines"
	"lwbench/mmu/smp"
)

// renewed are scenarios that leave much behind: buffers that are held at the end, a pool that runs out and sleepers, handlers
// that have not run, more CPUs and pages than the next one, deadlocks.
var renewed = []string{
	"cpus 4\n0 alloc a 1\n1 alloc b 1\n2 alloc c 2\n3 alloc d 3\n1 load a\n2 store b\n3 load c\n0 load d\n",
	"cpus 3\n0 alloc a 0\n0 alloc b 1\n1 alloc c 2\n2 alloc d 3 catch\n0 signal 2\n1 load c\n0 free a\n1 free c\n0 switch\n0 free b\n",
	"cpus 2\n0 alloc a 0 nowait\n0! alloc i 1 nowait\n0! load i\n0! free i\n1 load a\n0 free a\n1! alloc k 0 nowait\n1! free k\n1 alloc c 300\n1 load c\n",
	"cpus 2\n0 alloc a 0 nowait\n1 alloc b 0 nowait\n0 free a\n1 free b\n",
	"cpus 2\n0 alloc a 0 nowait\n0 load a\n0 free a\n1 alloc b 1 nowait\n1 load b\n1 free b\n",
}

// TestRunnerKeepsNothing: a run in the memory of others is what it is in new memory, on every design: it begins with the same
// machine, session and design, field by field, and has the same choices, findings, failure and digest.
func TestRunnerKeepsNothing(t *testing.T) {
	rounds := testsize.Choose(4, 8, 40)
	for _, d := range append(testsize.Some(all.Designs(), 0), litter(0)) {
		t.Run(d.Name, func(t *testing.T) {
			var used Runner
			defer used.Close()
			for round := range rounds {
				for i, text := range renewed {
					seed := uint64(round*len(renewed) + i)
					p, set := varied(t, litter(int(seed)), text, round+i)
					if _, err := used.Run(p, set, begun(seed), nil); err != nil {
						t.Fatal(err)
					}
					if p, set = varied(t, d, text, round); !d.CPUPrivate || private(p) {
						sameRun(t, &used, p, set, seed)
					}
				}
			}
		})
	}
}

// varied returns a scenario and a setting that differ from round to round.
func varied(t *testing.T, d *allocators.Design, text string, round int) (*Plan, *Config) {
	t.Helper()
	tune := smallTuning(d)
	if k, ok := d.Pool(); ok {
		tune[k.Name] = 2
	}
	set := setting(t, "naive", tune)
	set.Design = d
	if round%7 == 5 {
		spec, err := machines.Load("graviton2") // it invalidates by instructions
		if err != nil {
			t.Fatal(err)
		}
		set.Spec = spec
	}
	set.Granularity = smp.Granularity(round % 3)
	set.KVAPages = 256
	set.Spec.Speculate = round%5 == 1
	set.Thorough, set.Capacity = round%4 == 2, round%4/2*2
	if round%3 == 0 {
		set.KVAPages, set.Spec.TLB.L1Sets, set.Spec.TLB.L2Sets, set.Spec.TLB.L2Ways = 128, 1, 2, 2
	}
	set.Past = round%2 == 1
	return plan(t, "lwbench-ops 1\n"+text), set
}

// private reports whether each buffer stays on its CPU.
func private(p *Plan) bool {
	home := map[string]int{}
	for _, op := range p.Ops {
		if cpu, ok := home[op.Name]; ok && cpu != op.CPU {
			return false
		}
		home[op.Name] = op.CPU
	}
	return true
}

// sameRun makes a run in used memory and in new memory.
func sameRun(t *testing.T, used *Runner, p *Plan, set *Config, seed uint64) {
	t.Helper()
	var fresh Runner
	defer fresh.Close()
	var told [2]string
	var made [2]*execution
	for i, r := range []*Runner{used, &fresh} {
		o, err := r.newExecution(p, set, begun(seed), nil)
		if err != nil {
			told[i] = err.Error()
		}
		made[i] = o
	}
	if told[0] != told[1] {
		t.Fatalf("seed %d: used %q, new %q", seed, told[0], told[1])
	}
	if told[0] != "" {
		return
	}
	c := comparison{seen: map[[2]uintptr]bool{}}
	c.same("execution", reflect.ValueOf(made[0]).Elem(), reflect.ValueOf(made[1]).Elem())
	if len(c.differ) > 0 {
		t.Fatalf("seed %d: what is renewed is not new: %s", seed, strings.Join(c.differ, "\n"))
	}
	for i, o := range made {
		s := o.by.(schedule.Search)
		f := o.run()
		told[i] = fmt.Sprintf("%v %x %v %+v %+v", s.Schedule(), o.m.Digest(), o.m.Findings(), o.m.Counters(), o.ended)
		if f != nil {
			told[i] += fmt.Sprint(f.Kind, f.Text, f.Op, f.CPU, f.KVA, f.Want, f.Holds)
		}
	}
	if told[0] != told[1] {
		t.Fatalf("seed %d:\nused %s\nnew  %s", seed, told[0], told[1])
	}
}

// begun returns one of the searches, at the beginning of a run.
func begun(seed uint64) schedule.Search {
	var s schedule.Search = schedule.NewRandom(seed, 3)
	switch seed % 4 {
	case 0:
		s = schedule.NewPCT(seed, 3)
	case 1:
		s = schedule.NewReduced()
	}
	s.Begin()
	return s
}

// comparison compares two structures of any package and lists the fields that differ. It leaves out what a run writes before it
// reads it: fields named spare, pages that do not exist yet, the memory beyond the length of a slice.
type comparison struct {
	seen   map[[2]uintptr]bool
	differ []string
}

func (c *comparison) same(at string, a, b reflect.Value) {
	differs := func(is bool) {
		if is && len(c.differ) < 5 {
			c.differ = append(c.differ, fmt.Sprintf("%s: %v, %v", at, a, b))
		}
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan, reflect.Slice:
		if a.Kind() != reflect.Slice && (a.IsNil() || b.IsNil()) {
			differs(a.IsNil() != b.IsNil())
			return
		}
	}
	switch a.Kind() {
	case reflect.Pointer:
		key := [2]uintptr{a.Pointer(), b.Pointer()}
		if !c.seen[key] {
			c.seen[key] = true
			c.same(at, a.Elem(), b.Elem())
		}
	case reflect.Interface:
		if a.Elem().Type() != b.Elem().Type() {
			differs(true)
			return
		}
		c.same(at, a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			switch name := a.Type().Field(i).Name; name {
			case "spare", "pages", "coroutines", "co", "kept":
			default:
				c.same(at+"."+name, a.Field(i), b.Field(i))
			}
		}
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			differs(true)
			return
		}
		for i := range a.Len() {
			c.same(fmt.Sprintf("%s[%d]", at, i), a.Index(i), b.Index(i))
		}
	case reflect.Map:
		differs(a.Len() != b.Len())
	case reflect.Func, reflect.Chan, reflect.Uintptr, reflect.UnsafePointer: // addresses
	case reflect.Float32, reflect.Float64:
		differs(a.Float() != b.Float())
	default:
		differs(!a.Equal(b))
	}
}

// TestComparison: a comparison sees a difference at any depth.
func TestComparison(t *testing.T) {
	type node struct {
		next *node
		list []any
		n    int
	}
	a, b := &node{n: 1, list: []any{map[int]int{}}}, &node{n: 1, list: []any{map[int]int{1: 1}}}
	a.next, b.next = &node{next: a, n: 2}, &node{next: b, n: 3}
	c := comparison{seen: map[[2]uintptr]bool{}}
	c.same("", reflect.ValueOf(a), reflect.ValueOf(b))
	if got := fmt.Sprint(c.differ); got != "[.next.n: 2, 3 .list[0]: map[], map[1:1]]" {
		t.Error(got)
	}
}

// TestScheduleAllocates: of a schedule on lwbuf only the design allocates: one lwbuf, and the functions that make and end one.
func TestScheduleAllocates(t *testing.T) {
	for d, most := range map[string]float64{"dmap": 0, "lwbuf": 3} {
		p, set := plan(t, traceA), setting(t, d, allocators.Tuning{"objcache.capacity": 4})
		s := schedule.NewRandom(1, 10)
		var r Runner
		defer r.Close()
		got := testing.AllocsPerRun(1000, func() {
			s.Begin()
			if f, err := r.Run(p, set, s, nil); f != nil || err != nil {
				t.Fatal(f, err)
			}
		})
		if got > most {
			t.Errorf("%s: a schedule makes %v allocations, want at most %v", d, got, most)
		}
	}
}
