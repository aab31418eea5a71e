package sensitivity

import (
	"slices"
	"strings"
	"testing"

	"lwbench/bench"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

func spec(t *testing.T) *mmu.Spec {
	t.Helper()
	s, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestEveryAssumedCost: each assumed cost other than 0 is varied both ways with its section, and alone unless it is
// the only one in its section.
func TestEveryAssumedCost(t *testing.T) {
	s := spec(t)
	for _, sourced := range []bool{false, true} {
		whole := Whole(s, sourced)
		for _, f := range s.Figures {
			section, _, _ := strings.Cut(f.Name, ".")
			want := 0
			if machines.IsCost(f.Name) && f.Value != 0 && (f.Assumed != "" || sourced) {
				want = len(Factors())
			}
			together, alone, siblings := 0, 0, 0
			for _, v := range whole {
				if slices.Contains(v.Keys, f.Name) {
					together++
					siblings = len(v.Keys)
				}
			}
			for _, v := range Single(s, section, sourced) {
				if slices.Equal(v.Keys, []string{f.Name}) {
					alone++
				}
			}
			wantAlone := want
			if siblings < 2 {
				wantAlone = 0
			}
			if together != want || alone > want || alone < wantAlone-1 { // half of 1 is 1: no change
				t.Errorf("sourced %v: %s is in %d sections and %d times alone, want %d", sourced, f.Name, together, alone, want)
			}
		}
	}
}

func TestMachine(t *testing.T) {
	s := spec(t)
	v := Variation{"code", []string{"code.hash", "code.compare"}, 2}
	m, err := v.Machine(s)
	if err != nil {
		t.Fatal(err)
	}
	if m.Name != "haswell-2s~code*2" || m.MMU.Hash != 2*s.MMU.Hash || m.MMU.Compare != 2*s.MMU.Compare || m.MMU.Invlpg != s.MMU.Invlpg {
		t.Errorf("%s: %+v beside %+v", m.Name, m.MMU, s.MMU)
	}
	for _, v := range append(Whole(s, true), Single(s, "ipi", true)...) {
		if _, err := v.Machine(s); err != nil {
			t.Error(err)
		}
	}
	bad := Variation{"machine", []string{"machine.speculate"}, 2}
	s2 := *s
	s2.Figures = slices.Clone(s.Figures)
	for i := range s2.Figures {
		if s2.Figures[i].Name == "machine.speculate" {
			s2.Figures[i].Value = 1
		}
	}
	if _, err := bad.Machine(&s2); err == nil || !strings.Contains(err.Error(), "machine times 2: ") {
		t.Error(err)
	}
}

func TestCells(t *testing.T) {
	s, other := spec(t), spec(t)
	base := []*bench.Cell{{Machine: s, CPUs: 1}, {Machine: other, CPUs: 2}, {Machine: s, CPUs: 4}}
	list, err := Cells(base, s, Whole(s, false))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2*len(Whole(s, false)) || list[0].CPUs != 1 || list[1].CPUs != 4 || list[0].Machine == s || base[0].Machine != s {
		t.Errorf("%d cells", len(list))
	}
}
