package alloctest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/internal/testsize"
	"lwbench/mmu"
)

// histories is how many random traces Histories compares.
func histories() int { return testsize.Choose(2, 24, 60) }

// Histories replays random traces on every design, with several tunings, on several machines. Every design must give its
// caller the same history: the page that each access reached. A design that declares a fault must differ in some trace,
// which shows that the comparison can fail.
func Histories(t *testing.T, designs []*allocators.Design) {
	parted, depth := make([]int, len(designs)), make([]int, len(designs))
	for i, d := range designs {
		if d.CPUPrivate {
			depth[i] = slots(t, d, mmu.Options{CPUs: 1}, nil)
		}
	}
	for seed := range uint64(2 * histories()) {
		text, nested := "", 0 // every other trace keeps to what CPUPrivate designs allow
		if seed%2 == 0 {
			text = swarm(seed / 2)
		} else {
			nested = 1 + int(seed/2)%8
			text = privateTrace(1+int(seed/2)%3, nested)
		}
		tr := parsed(t, fmt.Sprintf("seed%d.ops", seed), text)
		want, first := "", ""
		for i, d := range designs {
			if d.CPUPrivate && nested > depth[i] || d.CPUPrivate && nested == 0 {
				continue
			}
			for k, tune := range historyTunings(d) {
				got := history(t, tr, variant(int(seed)+k), d, tune)
				switch {
				case d.KnownFault != "":
					if want != "" && got != want {
						parted[i]++
					}
				case want == "":
					want, first = got, d.Name
				case got != want:
					t.Fatalf("%s: every design must give its caller the same pages; %s and %s (tuning %d) differ:\n%s", tr.File, first, d.Name, k, firstDifference(want, got))
				}
			}
		}
	}
	for i, d := range designs {
		if d.KnownFault != "" && parted[i] == 0 {
			t.Errorf("%s declares KnownFault, and gave its caller the right pages in all %d traces: the fault must show", d.Name, histories())
		}
	}
}

// history lists for each operation what the caller sees: the live buffers, their pages, and whether the access reached its
// page.
func history(t *testing.T, tr *ops.Trace, spec *mmu.Spec, d *allocators.Design, tune allocators.Tuning) string {
	t.Helper()
	var b strings.Builder
	seen := make([]int64, tr.CPUs)
	r, err := ops.Replay(tr, spec, d, tune, ops.Options{After: func(c *mmu.CPU, op *ops.Op, s *ops.Session) {
		buf := s.Live(op.Name)
		fmt.Fprintf(&b, "%d: %d %v %s: %d live", op.Line, op.CPU, op.Verb, op.Name, s.NumLive())
		if buf != nil {
			fmt.Fprintf(&b, ", it is %v", buf.Page)
		}
		if wrong := c.N.Stale + c.N.Faults; wrong > seen[c.ID()] { // the TLB may have been flushed since, so use the counters
			seen[c.ID()] = wrong
			b.WriteString(", reached another")
		}
		b.WriteByte('\n')
	}})
	if err != nil {
		t.Fatalf("%s: %v", d.Name, err)
	}
	if d.KnownFault == "" && len(r.Reports) > 0 {
		t.Fatalf("%s: %s", d.Name, r.Reports[0])
	}
	return b.String()
}

// historyTunings are the tunings that Histories compares; a CPUPrivate design keeps its depth.
func historyTunings(d *allocators.Design) []allocators.Tuning {
	if d.CPUPrivate {
		return []allocators.Tuning{nil}
	}
	return tunings(d, swarmLive)
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return "one is a prefix of the other"
}

// swarmLive is the most buffers that a swarm trace holds at once.
const swarmLive = 24

// swarm writes a random trace that every design can run. Each seed has its own weights and leaves out
// some kinds of operation. Private buffers stay on their CPU until they are freed.
func swarm(seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 97))
	cpus, pages := 2+r.IntN(7), 1+r.IntN(40)
	weight := [5]int{1 + r.IntN(4), r.IntN(8), r.IntN(4), r.IntN(2), r.IntN(2)} // alloc, access, free, switch, work
	private, most := r.IntN(3), 1+r.IntN(swarmLive)
	type buffer struct{ name, home int } // home: the only CPU that may touch it, or -1
	var live []buffer
	var b strings.Builder
	fmt.Fprintf(&b, "lwbench-ops 1\ncpus %d\npages %d\n", cpus, pages)
	for i := range 300 {
		cpu, n, k := r.IntN(cpus), r.IntN(weight[0]+weight[1]+weight[2]+weight[3]+weight[4]), 0
		for n >= weight[k] {
			n -= weight[k]
			k++
		}
		switch {
		case k == 3:
			fmt.Fprintf(&b, "%d switch\n", cpu)
		case k == 4:
			fmt.Fprintf(&b, "%d work %d\n", cpu, r.IntN(5000))
		case len(live) == 0 || k == 0 && len(live) < most:
			one, flag := buffer{name: i, home: -1}, ""
			if r.IntN(3) < private {
				one.home, flag = cpu, " private"
			}
			live = append(live, one)
			fmt.Fprintf(&b, "%d alloc h%d %d%s\n", cpu, i, r.IntN(pages), flag)
		case k == 1:
			one := live[r.IntN(len(live))]
			if one.home >= 0 {
				cpu = one.home
			}
			fmt.Fprintf(&b, "%d %s h%d\n", cpu, [...]string{"load", "store"}[r.IntN(2)], one.name)
		default:
			at := r.IntN(len(live))
			fmt.Fprintf(&b, "%d free h%d\n", cpu, live[at].name)
			live[at] = live[len(live)-1]
			live = live[:len(live)-1]
		}
	}
	return b.String()
}
