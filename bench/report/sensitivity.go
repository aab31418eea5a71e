package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"lwbench/bench/record"
	"lwbench/internal/texttab"
)

// Unvaried is the name, with factor 1, of the unchanged machine in results that variations are compared with.
const Unvaried = "all"

// variation is the results of one varied machine (record.Varied): the same cells on a machine with some costs
// changed.
type variation struct {
	machine, figures string
	factor           float64
	source           *record.File
	results          *record.File // as if they were the machine's own
}

// addVaried removes the results of varied machines from a file and returns the others.
func (r *Results) addVaried(list []*record.Result, source *record.File) (rest []*record.Result) {
	for _, res := range list {
		machine, figures, factor, ok := record.ParseVaried(res.Get(record.KeyMachine))
		if !ok {
			rest = append(rest, res)
			continue
		}
		i := slices.IndexFunc(r.varied, func(v *variation) bool {
			return v.machine == machine && v.figures == figures && v.factor == factor
		})
		if i < 0 {
			i = len(r.varied)
			r.varied = append(r.varied, &variation{machine, figures, factor, source, new(record.File)})
		}
		own := *res
		own.Config = slices.Clone(res.Config)
		for k := range own.Config {
			if own.Config[k].Name == record.KeyMachine {
				own.Config[k].Value = machine
			}
		}
		r.varied[i].results.Results = append(r.varied[i].results.Results, &own)
	}
	return rest
}

// swap is a pair of designs that change places on a varied machine, or a winner that changes.
type swap struct {
	panel    *Panel // of the unchanged machine
	cpus     int
	from, to string // the cheaper design there, and here
	winner   bool
	factor   float64
}

// String describes the change: "xio at 8 CPUs: lwbuf instead of lwbuf-rbtree at 2x".
func (s *swap) String() string {
	return fmt.Sprintf("%s at %s: %s instead of %s at %gx", s.panel.Workload, cpus(s.cpus), s.to, s.from, s.factor)
}

// Influence is the effect of some costs of a machine on the verdicts.
type Influence struct {
	Machine, Figures string
	Pairs, Winners   int // designs that change places by more than the tie band on both sides, and winners that change
	swaps            []swap
}

// Influences compares the varied machines with their machine, the most influential costs first. It is an error if a
// machine has variations but no unchanged results.
func (r *Results) Influences() (list []*Influence, err error) {
	for _, v := range r.varied {
		if v.figures == Unvaried && v.factor == 1 {
			continue
		}
		i := slices.IndexFunc(list, func(x *Influence) bool { return x.Machine == v.machine && x.Figures == v.figures })
		if i < 0 {
			i = len(list)
			list = append(list, &Influence{Machine: v.machine, Figures: v.figures})
		}
		if err := r.compare(list[i], v); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b *Influence) int {
		return cmp.Or(cmp.Compare(a.Machine, b.Machine), cmp.Compare(b.Winners, a.Winners), cmp.Compare(b.Pairs, a.Pairs))
	})
	return list, nil
}

// compare adds the changes of one variation.
func (r *Results) compare(x *Influence, v *variation) error {
	i := slices.IndexFunc(r.varied, func(b *variation) bool {
		return b.machine == v.machine && b.figures == Unvaried && b.factor == 1
	})
	if i < 0 {
		return fmt.Errorf("results of %s with other costs, and none without: lwbench sensitivity writes both", v.machine)
	}
	base, other := New(r.lists), New(r.lists)
	if err := base.Add(r.varied[i].results); err != nil {
		return err
	}
	if err := other.Add(v.results); err != nil {
		return err
	}
	for _, p := range base.panels {
		q := other.find[p.key()]
		if q == nil {
			continue
		}
		for _, n := range p.cpus() {
			a, b := p.contests[n], q.contests[n]
			if a == nil || b == nil {
				continue
			}
			for _, s := range swaps(a, b) {
				s.panel, s.cpus, s.factor = p, n, v.factor
				x.swaps = append(x.swaps, s)
				x.Pairs++
				if s.winner {
					x.Winners++
				}
			}
		}
	}
	return nil
}

// swaps lists the pairs of designs that compete in both contests and whose order differs, by more than the tie band
// on both sides. Both contests have the same cells with the same seeds, so that the spread of their samples does not
// matter. The winner's place goes to the cheapest there.
func swaps(a, b *contest) (list []swap) {
	there := make(map[string]*point)
	for _, p := range b.field {
		there[p.curve.label] = p
	}
	dearer := func(x, y *point) bool { return x.value(a.unit) > y.value(a.unit)*(1+tieBand) }
	for i, low := range a.field {
		for _, high := range a.field[i+1:] {
			x, y := there[low.curve.label], there[high.curve.label]
			if x == nil || y == nil || !dearer(high, low) || !dearer(x, y) {
				continue
			}
			list = append(list, swap{from: low.curve.label, to: high.curve.label, winner: i == 0 && y == b.field[0]})
		}
	}
	return list
}

// Sensitivity writes which costs affect which verdicts, and which winners do not depend on any, for a terminal.
func (r *Results) Sensitivity(w io.Writer) error {
	list, err := r.Influences()
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, s := range r.Unfinished() {
		b.WriteString(s + "\n")
	}
	for _, machine := range machinesOf(list) {
		fmt.Fprintf(&b, "%s: what changes if a cost is half or twice what the machine file says\n", machine)
		t := &texttab.Table{Indent: "  ", Align: "lrrl"}
		t.Row("costs", "pairs", "winners", "")
		var none []string
		for _, x := range list {
			switch {
			case x.Machine != machine:
			case x.Pairs == 0:
				none = append(none, x.Figures)
			default:
				t.Row(x.Figures, strconv.Itoa(x.Pairs), strconv.Itoa(x.Winners), x.example())
			}
		}
		if err := t.Write(&b); err != nil {
			return err
		}
		if len(none) > 0 {
			fmt.Fprintf(&b, "  nothing changes with %s\n", texttab.And(none))
		}
		for _, s := range r.dependences(machine, list) {
			b.WriteString(s + "\n")
		}
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// example is the first change of a winner, or else of a pair.
func (x *Influence) example() string {
	i := max(0, slices.IndexFunc(x.swaps, func(s swap) bool { return s.winner }))
	return x.swaps[i].String()
}

func machinesOf(list []*Influence) (names []string) {
	for _, x := range list {
		if !slices.Contains(names, x.Machine) {
			names = append(names, x.Machine)
		}
	}
	return names
}

// dependences reports for each workload of a machine whether its winners hold.
func (r *Results) dependences(machine string, list []*Influence) (lines []string) {
	t := &texttab.Table{Indent: "  ", Align: "ll"}
	t.Row("workload", "its winners")
	for _, title := range r.variedWorkloads(machine) {
		t.Row(title, r.dependence(machine, title, list))
	}
	var b strings.Builder
	_ = t.Write(&b) // a Builder returns no errors
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

// dependence names the costs on which the winners of a workload depend; empty if they were not varied.
func (r *Results) dependence(machine, workload string, list []*Influence) string {
	varied := 0
	var on []string
	for _, x := range list {
		if x.Machine != machine {
			continue
		}
		varied++
		var at []string
		for _, s := range x.swaps {
			if text := fmt.Sprintf("%s at %s", s.to, cpus(s.cpus)); s.winner && s.panel.Workload == workload && !slices.Contains(at, text) {
				at = append(at, text)
			}
		}
		if at != nil {
			on = append(on, fmt.Sprintf("%s (%s)", x.Figures, strings.Join(at, ", ")))
		}
	}
	switch {
	case varied == 0:
		return ""
	case on == nil && r.cutOff(machine):
		return fmt.Sprintf("hold as far as the run went: none changes with %s", texttab.Count(varied, "cost"))
	case on == nil:
		return fmt.Sprintf("hold: %s halved and doubled change none", texttab.Count(varied, "cost"))
	}
	return "depend on " + texttab.And(on)
}

// mark adds to each panel's verdict whether it holds with other costs, if the files have variations.
func (r *Results) mark() error {
	list, err := r.Influences()
	if err != nil {
		return err
	}
	for _, p := range r.panels {
		if p.holds = r.dependence(p.Machine, p.Workload, list); p.holds != "" {
			p.holds = "The winners " + p.holds + "."
		}
	}
	return nil
}
