package profile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/pprof/profile"

	"lwbench/mmu/smp"
)

type sampleType struct{ name, unit string }

// types are the sample types, in the order of a sample's values. The first is pprof's default.
var types = []sampleType{
	{"cycles", "count"},
	{"time", "nanoseconds"},
	{"shootdowns", "count"},
	{"ipis", "count"},
	{"shootdown_cycles", "count"},
	{"stolen_cycles", "count"},
	{"lockwait_cycles", "count"},
	{"lockdelay_cycles", "count"},
	{"tlb_misses", "count"},
}

// Cell identifies the cell of a profile.
type Cell struct {
	Name            string // as in a result file
	Alloc, Workload string
	Machine         string
	ClockHz         float64
	Elapsed         smp.Cycles // virtual time of the profile
	Ops             int64      // operations in it
	Wrong           string     // the wrong answers that the oracles found, or ""
}

// mark is the comment that identifies a profile of lwbench.
const mark = "lwbench profile of simulated cost"

// leaves are clearer names for kinds of cost whose own name says too little below a primitive.
var leaves = map[int]string{
	int(smp.CostAlloc):     "instructions",
	int(smp.CostPTE):       "write PTE",
	int(smp.CostTLB):       "page walk",
	int(smp.CostUse):       "copy",
	int(smp.CostLockWait):  "wait for lock",
	int(smp.CostShootdown): "send IPIs and wait",
	slotSibling:            "stolen from a sibling thread",
	slotSocket:             "stolen on this socket",
	slotRemote:             "stolen on other sockets",
	slotDelay:              "others wait for lock",
}

// distances are labels for stolen cycles.
var distances = map[int]string{slotSibling: "sibling", slotSocket: "socket", slotRemote: "remote"}

func leafName(slot int) string {
	if s := leaves[slot]; s != "" {
		return s
	}
	return smp.Cost(slot).String()
}

// Profile returns the counts as a pprof profile. Equal runs have equal profiles, byte for byte.
func (p *Collector) Profile(cell Cell) (*profile.Profile, error) {
	b := newBuilder(cell, mark, types)
	b.p.Comments = append(b.p.Comments, operations(cell.Ops))
	b.p.Comments = append(b.p.Comments, wrongAnswers(&cell)...)
	for cpu := range p.cpus {
		for id := range p.cpus[cpu].at {
			if c := &p.cpus[cpu].at[id]; *c != (counts{}) {
				b.sample(p, p.n[id], cpu, c)
			}
		}
	}
	return b.p, b.p.CheckValid()
}

// builder makes the profile's tables as samples come.
type builder struct {
	p      *profile.Profile
	cell   Cell
	locs   map[frame]*profile.Location
	funcs  map[[2]string]*profile.Function
	folded map[uint16]stack
}

// stack is a folded stack.
type stack struct {
	locs  []*profile.Location
	phase string
}

func newBuilder(cell Cell, mark string, types []sampleType) *builder {
	m := &profile.Mapping{ID: 1, File: titleOf(&cell), HasFunctions: true, HasFilenames: true, HasLineNumbers: true, HasInlineFrames: true}
	b := &builder{
		p: &profile.Profile{
			Mapping:           []*profile.Mapping{m},
			DefaultSampleType: types[0].name,
			PeriodType:        &profile.ValueType{Type: types[0].name, Unit: types[0].unit},
			Period:            1,
			DurationNanos:     int64(float64(cell.Elapsed) / cell.ClockHz * 1e9),
			Comments:          []string{mark, cell.Name + " on " + cell.Machine},
		},
		cell: cell, locs: map[frame]*profile.Location{}, funcs: map[[2]string]*profile.Function{}, folded: map[uint16]stack{},
	}
	for _, t := range types {
		b.p.SampleType = append(b.p.SampleType, &profile.ValueType{Type: t.name, Unit: t.unit})
	}
	return b
}

// title is the text that pprof shows next to the sample type: pprof cuts everything before the last slash.
func title(cell string) string { return strings.ReplaceAll(cell, "/", " ") }

// titleOf is the title of a cell, marked if it has wrong answers.
func titleOf(cell *Cell) string {
	if cell.Wrong != "" {
		return title(cell.Name) + " ! wrong answers"
	}
	return title(cell.Name)
}

func (b *builder) sample(p *Collector, s site, cpu int, c *counts) {
	st, ok := b.folded[s.stack]
	if !ok {
		var frames []frame
		frames, st.phase = fold(p.stacks[s.stack])
		for _, f := range frames {
			st.locs = append(st.locs, b.location(f))
		}
		b.folded[s.stack] = st
	}
	slot := int(s.slot)
	leaf := b.location(frame{function: leafName(slot)})
	labels := map[string][]string{
		"alloc": {b.cell.Alloc}, "workload": {b.cell.Workload}, "cpu": {"cpu" + strconv.Itoa(cpu)},
	}
	if st.phase != "" {
		labels["phase"] = []string{st.phase}
	}
	if lock := p.locks[s.stack]; lock != "" && slot == int(smp.CostLockWait) {
		labels["lock"] = []string{lock}
	}
	if d := distances[slot]; d != "" {
		labels["distance"] = []string{d}
	}
	b.p.Sample = append(b.p.Sample, &profile.Sample{
		Location: append([]*profile.Location{leaf}, st.locs...), Label: labels, Value: b.values(slot, c),
	})
}

// values distributes the counts over the sample types.
func (b *builder) values(slot int, c *counts) []int64 {
	only := func(kinds ...int) int64 {
		if slices.Contains(kinds, slot) {
			return c.cycles
		}
		return 0
	}
	return []int64{
		c.cycles, int64(float64(c.cycles)/b.cell.ClockHz*1e9 + 0.5), c.shootdowns, c.ipis,
		only(int(smp.CostShootdown)), only(slotSibling, slotSocket, slotRemote), only(int(smp.CostLockWait)), c.delay, c.misses,
	}
}

func (b *builder) location(f frame) *profile.Location {
	if l := b.locs[f]; l != nil {
		return l
	}
	key := [2]string{f.function, f.file}
	fn := b.funcs[key]
	if fn == nil {
		fn = &profile.Function{ID: uint64(len(b.p.Function) + 1), Name: f.function, SystemName: f.function, Filename: f.file}
		b.funcs[key] = fn
		b.p.Function = append(b.p.Function, fn)
	}
	l := &profile.Location{
		ID: uint64(len(b.p.Location) + 1), Mapping: b.p.Mapping[0], Line: []profile.Line{{Function: fn, Line: int64(f.line)}},
	}
	l.Address = l.ID
	b.locs[f] = l
	b.p.Location = append(b.p.Location, l)
	return l
}
