package search

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/naive"
	"lwbench/allocators/ops"
	"lwbench/allocators/sfbuf"
	"lwbench/check/interleave"
	"lwbench/mmu"
)

var designs = []*allocators.Design{&lwbuf.Submitted, &lwbuf.Fixed, &naive.Design, &sfbuf.Design}

// replay returns the report for the run of a saved trace.
func replay(t *testing.T, text string) *Report {
	t.Helper()
	trace, err := ops.Parse("t.ops", strings.NewReader("lwbench-ops 1\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := replayOf(t, trace, designs...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lineNumbers matches line numbers of the designs' sources, which may change without this test.
var lineNumbers = regexp.MustCompile(`\.go:\d+|(?m)^  [> ] *\d+`)

// equalStory compares a trace with the expected one, except for line numbers.
func equalStory(t *testing.T, r *Report, want string) {
	t.Helper()
	got := lineNumbers.ReplaceAllString(told(r), "N")
	if want = strings.TrimPrefix(want, "\n"); got != want {
		t.Errorf("the story is\n%s\nwant\n%s", got, want)
	}
}

const traceA = "cpus 2\npages 2\ndesign lwbuf-submitted\nset objcache.capacity=4\nkva 48\ntlb 4x4\nrun visible\nschedule -\n" +
	"0 alloc a 0 nowait\n1 load a\n0 free a\n0 alloc b 1 nowait\n1 load b\n"

// TestStoryOfTheMailsBug is the trace of the bug of the March 2009 mail.
func TestStoryOfTheMailsBug(t *testing.T) {
	r := replay(t, traceA)
	equalStory(t, r, `
  0xc0000000, afterwards (! is stale: not what the PTE says):      PTE      TLB0     TLB1     mask
  cpu0  alloc a (page 0, nowait)
      allocates 0xc0000000 from the kernel map  [lwbuf/lwbufN]
      PTE: - -> page 0 by kenter_quick  [lwbuf/allocN]        page 0   -        -
      invlpg  [lwbuf/allocN]
      returns                                                      page 0   -        -        {0}
  cpu1  load a
      asks for the address: mask {0} lacks its bit
      invlpg  [lwbuf/allocN]                                  page 0   -        -        {0-1}
      its TLB takes page 0 from the PTE                            page 0   -        page 0   {0-1}
  cpu0  free a
      returns                                                      page 0   -        page 0
  cpu0  alloc b (page 1, nowait)
      PTE: page 0 -> page 1 by kenter_quick  [lwbuf/allocN]   page 1   -        !page 0
      invlpg  [lwbuf/allocN]
      returns                                                      page 1   -        !page 0  {0-1}
  cpu1  load b
      asks for the address: mask {0-1} has its bit: it trusts its TLB
  *** stale access: cpu1 read page 0 through 0xc0000000, was promised page 1

  the wrong decision, allocators/lwbuf/allocN in (*allocator).Alloc:
  cpu0 leaves the bit of cpu1 in the mask, and below takes page 0 out of the PTE; cpu1 may still have it in its TLB, and the buffer's mask {0-1} says that it need not flush
N      if lwb.m != nil {
N          panic("lwbuf: an object in the cache still has a page")
N      }
N      lwb.m = pg
N      if a.orOnAlloc {
N          lwb.mask.Add(c.ID())
N      } else {
N          lwb.mask.Assign(c.ID())
N      }
N      c.KenterQuick(lwb.kva, pg)
`)
	if d := r.Decision; d == nil || d.CPU != 0 || d.Func != "(*allocator).Alloc" || !strings.Contains(r.JSON(), `"decision":{"file":"allocators/lwbuf/alloc.go","line":`) {
		t.Errorf("%+v in %s", d, r.JSON())
	}
}

// TestStoryOfABroadcast: an IPI without a wait is shown when it is sent, when it is taken, and if it is not.
func TestStoryOfABroadcast(t *testing.T) {
	r := replay(t, "cpus 2\npages 2\ndesign naive\nset naive.nsfbufs=1\nkva 48\ntlb 4x4\nschedule -\n"+
		"0 alloc a 0\n1 load a\n1 work 100000\n0 free a\n0 alloc b 1\n1 load b\n")
	if r.Found {
		t.Fatalf("%s", told(r))
	}
	found := hunts(t, &naive.Design, nil)
	story := told(found)
	for _, want := range []string{
		"sends the other CPU an IPI to flush, without waiting  [naive/alloc.go:",
		"  cpu1  has not taken an IPI of cpu0 yet: flush its whole TLB\n  *** stale access", "the wrong decision, allocators/naive/alloc.go:",
		" in (*allocator).Free:\n  cpu0 takes page 0 out of the PTE", "and the sender does not wait for it to take the IPI that would make it flush\n",
		"c.Qremove(sf.kva, 1)",
	} {
		if !strings.Contains(story, want) {
			t.Errorf("the story does not say %q:\n%s", want, story)
		}
	}
	if n := strings.Count(story, "has not taken"); n != 1 {
		t.Errorf("it says %d times what has not been taken:\n%s", n, story)
	}
}

// TestStoryOfARendezvous: the answer names the sender of the IPI, and its source line is not the sender's.
func TestStoryOfARendezvous(t *testing.T) {
	r := replay(t, "cpus 2\npages 2\ndesign sfbuf\nset sfbuf.nsfbufs=1\nkva 48\ntlb 4x4\nschedule -\n"+
		"1 work 100000\n0 alloc a 0\n1 load a\n0 free a\n0 alloc b 1 private\n1 load b\n")
	story := told(r)
	for _, want := range []string{
		"  cpu1  takes the IPI of cpu0\n      invlpg\n  cpu0  alloc a (page 0), goes on\n      rendezvous: has waited for the other CPU  [sfbuf/",
		"in (*allocator).enter:\n  cpu0 takes page 0 out of the PTE; cpu1 may still have it in its TLB, and it does not flush when it asks for the address, although its bit in the mask is clear\n",
	} {
		if !strings.Contains(story, want) {
			t.Errorf("the story does not say %q:\n%s", want, story)
		}
	}
}

// TestStoryOfASleep: the trace has the position of each CPU, and no TLB events.
func TestStoryOfASleep(t *testing.T) {
	r := replay(t, "cpus 2\npages 2\ndesign sfbuf\nset sfbuf.nsfbufs=1\nkva 48\ntlb 4x4\nschedule -\n1 work 100000\n0 alloc a 0\n1 alloc b 1\n")
	story := told(r)
	for _, want := range []string{
		"      sleeps on the sf_buf freelist: all 1 sf_bufs in use  [sfbuf/alloc.go:",
		"  the position of each CPU:\n  cpu0  has finished\n  cpu1  in alloc b (page 1): waits for a wakeup on the sf_buf freelist: all 1 sf_bufs in use\n        allocators/sfbuf/alloc.go:",
		"c.Sleep(&a.sleepq,",
	} {
		if !strings.Contains(story, want) {
			t.Errorf("the story does not say %q:\n%s", want, story)
		}
	}
	if r.Kind != interleave.AllHeld || r.Decision != nil || strings.Contains(story, "invlpg") || strings.Contains(story, "IPI") {
		t.Errorf("%s: %+v\n%s", r.Kind, r.Decision, story)
	}
}

// leaky is lwbuf with a free that leaks, once a buffer of page 1 is freed.
func leaky(d allocators.Design) *allocators.Design {
	make := d.New
	d.New = func(m *mmu.Machine, tune allocators.Tuning) (allocators.Allocator, error) {
		a, err := make(m, tune)
		return forgetful{a}, err
	}
	return &d
}

type forgetful struct{ allocators.Allocator }

func (f forgetful) Free(c *mmu.CPU, b allocators.Buf) {
	if b.Page().ID() != 1 {
		f.Allocator.Free(c, b)
	}
}

// TestStoryOfALeak: the trace is about the leaked address, and omits the search for it.
func TestStoryOfALeak(t *testing.T) {
	trace, err := ops.Parse("t.ops", strings.NewReader("lwbench-ops 1\ncpus 1\npages 2\ndesign lwbuf\nset objcache.capacity=4\nkva 3\nrun drained\nschedule -\n"+
		"0 alloc a 0 nowait\n0 alloc b 1 nowait\n0 free b\n0 free a\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := replayOf(t, trace, leaky(lwbuf.Fixed))
	if err != nil {
		t.Fatal(err)
	}
	equalStory(t, r, `
  0xc0001000, afterwards:                                     PTE      TLB0     mask
  cpu0  alloc a (page 0, nowait)
  cpu0  alloc b (page 1, nowait)
      allocates 0xc0001000 from the kernel map  [lwbuf/lwbufN]
      PTE: - -> page 1 by kenter_quick  [lwbuf/allocN]   page 1   -
      invlpg  [lwbuf/allocN]
      returns                                                 page 1   -        {0}
  cpu0  free b
      returns                                                 page 1   -
  cpu0  free a
  0xc0001000 is leaked: no buffer holds it, and it can no longer be allocated
  *** leak: no buffer is held, and 2 can be allocated; at the start it was 3
`)
}

// TestStateIsToldOnce: a row of the state is printed only where it changes.
func TestStateIsToldOnce(t *testing.T) {
	last := ""
	for _, l := range strings.Split(told(replay(t, traceA)), "\n") {
		if len(l) < 67 || !strings.Contains(l[60:], "page ") || strings.HasPrefix(l, "  ***") || strings.HasPrefix(l, "  cpu") {
			continue
		}
		if row := l[65:]; row == last {
			t.Errorf("told twice: %s", l)
		} else {
			last = row
		}
	}
	if last == "" {
		t.Error("no state is printed")
	}
}

// TestWhoStandsInTheWay: a CPU between setting the mask and the flush is named, with its position.
func TestWhoStandsInTheWay(t *testing.T) {
	p := interleave.NewPlan(&ops.Trace{CPUs: 2, Ops: []ops.Op{{CPU: 0, Verb: ops.Global, Name: "b"}, {CPU: 1, Verb: ops.Load, Name: "b"}}})
	at := Place{File: "a.go", Line: 7}
	w := &recorder{
		plan: p, owner: "b", on: [][]int{{0}, {1}}, parked: []Place{at, {}}, failure: &interleave.Failure{Kind: mmu.StaleAccess.String(), CPU: 1},
		story: &Counterexample{Steps: []Step{{CPU: 1, Asked: true, Bit: mmu.BitSet}}},
	}
	if d := w.decision(); d == nil || d.Place != at || d.CPU != 0 || !strings.HasPrefix(d.Why, "cpu0 is here: the mask ") {
		t.Errorf("%+v", d)
	}
	w.owner = "a"
	if d := w.globalEarly(); d != nil {
		t.Errorf("another buffer's: %+v", d)
	}
	w.owner, w.story.Steps[0].Bit = "b", mmu.BitClear
	if d := w.globalEarly(); d != nil {
		t.Errorf("though the mask lacks the bit: %+v", d)
	}
}

// TestExcuses: the reason why a CPU kept its entry is printed if the events determine it.
func TestExcuses(t *testing.T) {
	at := Place{File: "a.go", Line: 1}
	base := func() *recorder {
		return &recorder{
			story:   &Counterexample{Steps: []Step{{CPU: 1, Asked: true, Bit: mmu.BitSet}}},
			failure: &interleave.Failure{Kind: mmu.StaleAccess.String(), CPU: 1},
			wrote:   []written{{place: at}, {place: at, mask: "{0-1}"}}, posted: make([][]int, 2),
		}
	}
	for _, k := range []struct {
		change func(*recorder)
		want   string
	}{
		{func(*recorder) {}, "the buffer's mask {0-1} says that it need not flush"},
		{func(w *recorder) { w.posted[1] = []int{0} }, "the sender does not wait for it to take the IPI that would make it flush"},
		{func(w *recorder) { w.wrote[1].mask = "" }, "nothing makes it flush before it uses the address again"},
		{func(w *recorder) { w.story.Steps[0].Bit = mmu.BitClear }, "it does not flush when it asks for the address, although its bit in the mask is clear"},
		{func(w *recorder) { w.story.Steps[0].Bit = mmu.NoMask }, "nothing makes it flush before it uses the address again"},
		{func(w *recorder) {
			w.story.Steps[0].Asked, w.failure.Kind = false, interleave.UnsoundMask
		}, "the buffer's mask {0-1} says that it need not flush"},
	} {
		w := base()
		k.change(w)
		if got := w.excuse(0, 1); got != k.want {
			t.Errorf("%q, want %q", got, k.want)
		}
	}
}

// TestUnfit: a replay without a failure reports that its schedule asks for a choice that does not exist.
func TestUnfit(t *testing.T) {
	const head = "cpus 2\npages 1\ndesign lwbuf\nset objcache.capacity=4\nkva 9\nschedule "
	for schedule, unfit := range map[string]bool{"-": false, "0:1": false, "0:9": true, "9999:1": true} {
		if r := replay(t, head+schedule+"\n0 alloc a 0 nowait\n0 free a\n1 work 1\n"); r.Found || r.Unfit != unfit {
			t.Errorf("%s: %s", schedule, r.JSON())
		}
	}
}

// TestHoldAndWait: two CPUs that each hold a buffer and wait for a second one are reported, with the holders, and the
// reduced scenario frees all that it allocates.
func TestHoldAndWait(t *testing.T) {
	trace, err := ops.Parse("nested.ops", strings.NewReader(`lwbench-ops 1
cpus 2
pages 4
design sfbuf
set sfbuf.nsfbufs=2
0 alloc src0 0
0 alloc dst0 1
0 load src0
0 store dst0
0 free dst0
0 free src0
1 alloc src1 2
1 alloc dst1 3
1 load src1
1 store dst1
1 free dst1
1 free src1
`))
	if err != nil {
		t.Fatal(err)
	}
	r := hunts(t, &sfbuf.Design, func(o *Options) {
		if o.Scenario, err = NewScenario(trace, o.Machine, []*allocators.Design{o.Design}); err != nil {
			t.Fatal(err)
		}
	})
	if !r.Found || r.Kind != interleave.HoldAndWait || r.CPUs != 2 || r.Ops != 8 {
		t.Fatalf("%s", r.JSON())
	}
	if want := "cpu0 holds src0 and waits for a buffer for dst0; cpu1 holds src1 and waits for a buffer for dst1"; r.Text != want {
		t.Errorf("%s, want %s", r.Text, want)
	}
	allocs := 0
	for _, op := range r.Trace.Ops {
		if op.Verb == ops.Alloc {
			allocs++
		}
		if op.Verb == ops.Free {
			allocs--
		}
	}
	if story := told(r); allocs != 0 || !strings.Contains(story, "cpu1  in alloc dst1 (page 3): holds src1, and waits for a wakeup on the sf_buf freelist: all 2 sf_bufs in use\n") {
		t.Errorf("%s\n%s", r.Trace, story)
	}
}

// extra is a design whose buffers have a reference that no free drops.
type extra struct{ allocators.Allocator }

func (e extra) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	b, err := e.Allocator.Alloc(c, pg, f)
	if err == nil {
		e.Allocator.(allocators.Referencer).Ref(c, b)
	}
	return b, err
}

// TestLeakHasALine: a leak is attributed to the line of the last free of the leaked buffer.
func TestLeakHasALine(t *testing.T) {
	d := naive.Design
	make := d.New
	d.New = func(m *mmu.Machine, tune allocators.Tuning) (allocators.Allocator, error) {
		a, err := make(m, tune)
		return extra{a}, err
	}
	trace, err := ops.Parse("t.ops", strings.NewReader("lwbench-ops 1\ncpus 1\npages 2\ndesign naive\nset naive.nsfbufs=2\nrun drained\nschedule -\n"+
		"0 alloc a 0 nowait\n0 free a\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := replayOf(t, trace, &d)
	if err != nil {
		t.Fatal(err)
	}
	if k := r.Decision; r.Kind != mmu.Leaked.String() || k == nil || k.File != "allocators/naive/alloc.go" || !strings.Contains(k.Why, "cpu0's free a, the last of 0x") {
		t.Errorf("%s: %+v", r.Kind, k)
	}
}

// TestLongTraces: a long trace fits a screen: its start, its end and the number of lines in between.
func TestLongTraces(t *testing.T) {
	ce := &Counterexample{CPUs: 1}
	for i := range 100 {
		ce.Steps = append(ce.Steps, Step{Kind: Does, Op: "work", Text: fmt.Sprintf("step %d.", i)})
	}
	var whole, part strings.Builder
	ce.Write(&whole, 0)
	ce.Write(&part, Screen)
	all, some := strings.Split(whole.String(), "\n"), strings.Split(part.String(), "\n")
	if len(all) != 102 || len(some) != Screen+1 || !strings.Contains(part.String(), "… 62 lines left out;") || some[len(some)-2] != all[len(all)-2] || some[0] != all[0] {
		t.Errorf("%d lines of %d:\n%s", len(some), len(all), part.String())
	}
}
