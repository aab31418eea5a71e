package machines

import (
	"reflect"
	"strings"
	"testing"

	"lwbench/mmu"
)

func TestMarshalReadsBack(t *testing.T) {
	for _, name := range Names() {
		s, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		s.Figures[0].Source, s.Figures[0].Assumed = `with "quotes", a # and a: colon`, ""
		data := Marshal(s, "one line\nand another")
		if !strings.HasPrefix(string(data), "# one line\n# and another\n") {
			t.Errorf("the comment does not head %q", data[:40])
		}
		back, err := Parse("x", data)
		if err != nil {
			t.Fatalf("%v in\n%s", err, data)
		}
		if !strings.Contains(string(data), "speculate: {value: false, ") {
			t.Errorf("a flag is not written as one in\n%s", data)
		}
		if !reflect.DeepEqual(s, back) {
			t.Errorf("%s: %+v read back as %+v", name, s, back)
		}
	}
}

func TestWith(t *testing.T) {
	s, err := Load(Default)
	if err != nil {
		t.Fatal(err)
	}
	old := s.MMU.Invlpg
	u, err := With(s, "mine", mmu.Figure{Name: "mmu.invlpg", Value: float64(2 * old), Assumed: "twice"})
	if err != nil {
		t.Fatal(err)
	}
	if u.Name != "mine" || u.MMU.Invlpg != 2*old || s.MMU.Invlpg != old || s.Name != Default {
		t.Errorf("got %s %d beside %s %d", u.Name, u.MMU.Invlpg, s.Name, s.MMU.Invlpg)
	}
	for want, f := range map[string]mmu.Figure{
		`machine haswell-2s: no figure "mmu.invlgp": did you mean mmu.invlpg?`: {Name: "mmu.invlgp", Value: 1, Source: "x"},
		"mmu.invlpg: -1 is out of range":                                       {Name: "mmu.invlpg", Value: -1, Source: "x"},
	} {
		if _, err := With(s, "mine", f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestChanged: a machine with other figures by its name alone.
func TestChanged(t *testing.T) {
	s, err := Load(Default + "+lock.kinds=2+machine.pte_lines=0")
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != Default+"+lock.kinds=2+machine.pte_lines=0" || s.SMP.LockKinds != 2 || s.PTELines {
		t.Errorf("got %s: lock kinds %d, PTE lines %v", s.Name, s.SMP.LockKinds, s.PTELines)
	}
	for name, want := range map[string]string{
		Default + "+lock.kind=2":  `machine haswell-2s: no figure "lock.kind": did you mean lock.kinds?`,
		Default + "+lock.kinds":   `machine haswell-2s: "lock.kinds": expected FIGURE=NUMBER, as lock.kinds=2`,
		Default + "+lock.kinds=9": "lock.kinds: 9 is out of range: choose 0 to 4",
		"nosuch+lock.kinds=2":     `no machine "nosuch"`,
		Default + "+":             `machine haswell-2s: "": expected FIGURE=NUMBER, as lock.kinds=2`,
	} {
		if _, err := Load(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

func TestIsCost(t *testing.T) {
	for name, want := range map[string]bool{
		"mmu.invlpg": true, "line.socket": true, "code.copy_page": true, "ipi.ack": true,
		"machine.clock_hz": false, "machine.speculate": false, "topology.cores": false, "tlb.l1_sets": false, "mmu.flush_max": false, "mmu": false,
	} {
		if IsCost(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
