package bench_test

import (
	"bytes"
	"context"
	"runtime"
	"strings"
	"testing"

	"lwbench/bench"
	"lwbench/bench/plan"
	"lwbench/bench/profile"
	"lwbench/internal/testsize"
	"lwbench/mmu/smp"
)

// profiledCells are small cells of every design and workload that needs no input, with a warm-up.
func profiledCells(t *testing.T, cpus ...int) []*bench.Cell {
	t.Helper()
	ops, warmup := 20, 7
	g, err := (&plan.Options{CPUs: cpus, Ops: &ops, Warmup: &warmup}).Resolve(lists())
	if err != nil {
		t.Fatal(err)
	}
	return g.Cells()
}

func runCell(t *testing.T, c *bench.Cell) *bench.Result {
	t.Helper()
	r, err := c.Run(context.Background(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestProfileIsTheCell: a profile's totals are the cell's counters, and the profile does not change the cell.
func TestProfileIsTheCell(t *testing.T) {
	for _, c := range testsize.Some(profiledCells(t, testsize.Choose([]int{9}, []int{9}, []int{1, 2, 9})...), 1) {
		plain := runCell(t, c)
		c.WantCosts = true
		r := runCell(t, c)
		if r.Out.Digest != plain.Out.Digest || r.Out.Cycles != plain.Out.Cycles {
			t.Errorf("%s: digest %x and %d cycles with a profile, %x and %d without", c.Name(), r.Out.Digest, r.Out.Cycles, plain.Out.Digest, plain.Out.Cycles)
		}
		o := plain.Out
		for kind, want := range map[string]int64{
			"cycles": int64(o.Cycles), "shootdowns": o.Counters.Shootdowns, "ipis": o.Counters.IPIs,
			"shootdown_cycles": int64(o.Spent[smp.CostShootdown]), "stolen_cycles": int64(o.Spent[smp.CostStolen]),
			"lockwait_cycles": int64(o.Spent[smp.CostLockWait]), "lockdelay_cycles": int64(o.Spent[smp.CostLockWait]),
			"tlb_misses": o.Counters.TLBMisses,
		} {
			if got := profile.Total(r.Costs, kind); got != want {
				t.Errorf("%s: the profile has %d %s, the cell %d", c.Name(), got, kind, want)
			}
		}
	}
}

// TestProfileHasTheSameBytes runs twice, and with one host core.
func TestProfileHasTheSameBytes(t *testing.T) {
	write := func(c *bench.Cell) []byte {
		var b bytes.Buffer
		if err := runCell(t, c).Costs.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, c := range testsize.Some(profiledCells(t, 9), 0) {
		c.WantCosts = true
		want := write(c)
		old := runtime.GOMAXPROCS(1)
		got := write(c)
		runtime.GOMAXPROCS(old)
		if !bytes.Equal(got, want) {
			t.Errorf("%s: two profiles of one cell differ", c.Name())
		}
	}
}

// TestProfileStacks: stacks begin in the workload, have no frame of the code that runs it and no folder of this
// checkout, and end in a kind of cost below a primitive.
func TestProfileStacks(t *testing.T) {
	found := map[string]bool{}
	for _, c := range profiledCells(t, 4) {
		if c.Workload.Name != "xio" && c.Workload.Name != "sendfile" {
			continue
		}
		c.WantCosts = true
		for _, s := range runCell(t, c).Costs.Sample {
			var names []string
			for i, l := range s.Location {
				f := l.Line[0].Function
				names = append(names, f.Name[strings.LastIndexByte(f.Name, '/')+1:])
				if (f.Filename == "") != (i == 0) || strings.HasPrefix(f.Filename, "/") {
					t.Fatalf("%s: frame %d is %s in file %q", c.Name(), i, f.Name, f.Filename)
				}
			}
			stack := strings.Join(names, " < ")
			if strings.Contains(stack, "runtime.") || strings.Contains(stack, "iter.") || strings.Contains(stack, "func1") || !strings.HasPrefix(names[len(names)-1], "workload.") {
				t.Fatalf("%s: %s", c.Name(), stack)
			}
			if s.Label["alloc"][0] != c.Design.Name || !strings.HasPrefix(s.Label["cpu"][0], "cpu") {
				t.Fatalf("%s: labels %v", c.Name(), s.Label)
			}
			found[stack] = true
		}
	}
	for _, want := range []string{
		"invlpg < mmu.(*CPU).KenterQuick < lwbuf.(*allocator).Alloc < workload.(*Env).Alloc < workload.copyPage < workload.copyBuffers",
		"wait for lock < smp.(*CPU).Lock < naive.(*allocator).Alloc < workload.(*Env).Alloc < workload.copyPage < workload.copyBuffers",
		"send IPIs and wait < mmu.(*CPU).Qremove < naive.(*allocator).Free < workload.(*Env).Free < workload.copyPage < workload.copyBuffers",
		"others wait for lock < smp.(*CPU).Unlock < naive.(*allocator).Free < workload.(*Env).Free < workload.copyPage < workload.copyBuffers",
		"copy < mmu.(*CPU).Copy < workload.(*Env).Copy < workload.copyPage < workload.copyBuffers",
	} {
		if !found[want] {
			t.Errorf("no stack %q", want)
		}
	}
	stolen := false // by one of naive's two broadcasts: an alloc's broadcast after a free's is often merged with it
	for stack := range found {
		stolen = stolen || strings.HasPrefix(stack, "stolen from a sibling thread < mmu.(*CPU).Q") && strings.Contains(stack, "naive.(*allocator)")
	}
	if !stolen {
		t.Error("no cycles stolen by the IPIs of naive")
	}
	if t.Failed() {
		for stack := range found {
			t.Log(stack)
		}
	}
}

// TestHottestLine: under contention naive's most expensive line is one that takes its lock, never the copying.
func TestHottestLine(t *testing.T) {
	for _, c := range profiledCells(t, 9) {
		if c.Workload.Name != "xio" || c.Design.Name != "naive" {
			continue
		}
		plain := runCell(t, c).Record().Hot
		c.WantCosts = true
		r := runCell(t, c)
		line, share := profile.Hottest(r.Costs)
		if plain != "" || share < 0.2 || !strings.Contains(line, "allocators/naive/") || !strings.HasSuffix(line, "→ Lock → wait for lock") {
			t.Errorf("%.2f at %q, without a profile %q", share, line, plain)
		}
		if hot := r.Record().Hot; !strings.HasSuffix(hot, line) || !strings.Contains(hot, " % wait for MP lock, ") {
			t.Errorf("the result has %q", hot)
		}
	}
}

// TestProfileOfASteadyCell: if the counting window is restarted, the profile has the contents of the last one.
func TestProfileOfASteadyCell(t *testing.T) {
	designs := testsize.Choose("lwbuf-rbtree", "sfbuf, lwbuf-rbtree, sfbuf-2010", "sfbuf, lwbuf-rbtree, sfbuf-2010")
	for _, c := range grid(t, "alloc: ["+designs+"]\nworkload: [xio, stray]\ncpus: [1, 4]").Cells() {
		plain := runCell(t, c)
		c.WantCosts = true
		r := runCell(t, c)
		o := plain.Out
		for kind, want := range map[string]int64{
			"cycles": int64(o.Cycles), "lockwait_cycles": int64(o.Spent[smp.CostLockWait]), "stolen_cycles": int64(o.Spent[smp.CostStolen]),
		} {
			if got := profile.Total(r.Costs, kind); got != want || r.Out.Digest != o.Digest {
				t.Errorf("%s: the profile has %d %s, the cell %d", c.Name(), got, kind, want)
			}
		}
	}
}
