package machines

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

func TestEveryMachineLoads(t *testing.T) {
	for _, name := range Names() {
		s, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != name || len(s.Figures) < len(keys())-len(tlbiKeys())-1 {
			t.Errorf("%s: name %q, %d figures", name, s.Name, len(s.Figures))
		}
		for _, f := range s.Figures {
			if (f.Source == "") == (f.Assumed == "") {
				t.Errorf("%s: %s has no source and no reason", name, f.Name)
			}
		}
	}
}

// flush returns the cost, in cycles, for cpu0 of a machine with that topology to invalidate one page everywhere while
// all other CPUs are idle, by Linux's method in the years of the figures.
func flush(t *testing.T, s *mmu.Spec, topo smp.Topology) float64 {
	t.Helper()
	spec := *s
	spec.Topology = topo
	m, err := mmu.New(&spec, mmu.Options{CPUs: topo.CPUs(), KVAPages: 8})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(func(c *mmu.CPU) error {
		if c.ID() == 0 {
			c.FlushRange(0, 1)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return float64(m.CPU(0).Now())
}

// near fails unless got is within 25 % of want.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	t.Logf("%s: %.0f, published %.0f", what, got, want)
	if got < 0.75*want || got > 1.25*want {
		t.Errorf("%s: %.0f, published %.0f", what, got, want)
	}
}

// TestModelAgainstPublishedFigures checks the claims in the files' comments.
func TestModelAgainstPublishedFigures(t *testing.T) {
	ns := func(s *mmu.Spec, c float64) float64 { return c / s.ClockHz * 1e9 }
	h, _ := Load("haswell-2s")
	alone := flush(t, h, smp.Topology{Sockets: 1, Cores: 1, Threads: 1})
	first := flush(t, h, smp.Topology{Sockets: 1, Cores: 2, Threads: 1})
	near(t, "haswell-2s: what its comment says of 8 + 8 cores, ns", ns(h, flush(t, h, smp.Topology{Sockets: 2, Cores: 8, Threads: 1})), 4200)
	near(t, "haswell-2s: first target in the socket, ns", ns(h, first-alone), 775)
	near(t, "haswell-2s: each further target, ns", ns(h, flush(t, h, smp.Topology{Sockets: 1, Cores: 3, Threads: 1})-first), 67)
	n, _ := Load("numa-8s")
	near(t, "numa-8s: shootdown of 120 cores, ns", ns(n, flush(t, n, n.Topology)), 80000)
	k := &n.SMP
	near(t, "numa-8s: an IPI, ns", ns(n, float64(k.IPISend+k.ICR+k.Deliver[smp.Remote]+k.Handler)), 6600)
	p, _ := Load("p4xeon-2004")
	m, err := mmu.New(p, mmu.Options{CPUs: 2, KVAPages: 8, Pages: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Run(func(c *mmu.CPU) error {
		if c.ID() == 0 {
			c.Kenter(0, m.Page(0))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	near(t, "p4xeon-2004: a global miss, cycles", float64(m.CPU(0).Now()), 8410)
}

func TestBadFiles(t *testing.T) {
	good, err := files.ReadFile("haswell-2s.yaml")
	if err != nil {
		t.Fatal(err)
	}
	line := func(old string) int { return 1 + strings.Count(string(good)[:strings.Index(string(good), old)], "\n") }
	for _, k := range []struct{ old, new, want string }{
		{"l1_sets: {value: 16,", "l1_sets: {value: 15,", "tlb.l1_sets: 15 is not a power of two"},
		{"name: haswell-2s", `name: "\x1b[2J"`, "name: a control character"},
		{"invlpg: {value: 216,", "invlpg: {value: -1,", "mmu.invlpg: -1 is out of range"},
		{"invlpg: {value: 216,", "invlpg: {value: many,", `mmu.invlpg: "many" is not a number`},
		{`vendor: "GenuineIntel", `, "", "processor: the vendor is missing"},
		{"family: 6,", "family: 6.5,", "processor: family: expected a whole number from 0 to 65535"},
		{"family: 6,", "families: 6,", `processor: expected the text of vendor, and numbers for family and model; not "families"`},
		{"invlpg: {value: 216,", "invlpg: {value: .nan,", "mmu.invlpg"},
		{"invlpg: {value: 216,", "invlpg: {value: 1.5,", "mmu.invlpg: 1.5 is not a whole number"},
		{"invlpg: {value: 216, source", "invlpg: {value: 216, rumour", `mmu.invlpg: expected value, and the text of source or assumed; not "rumour"`},
		{"invlpg: {value: 216,", `invlpg: {value: 216, assumed: "x",`, "mmu.invlpg: give its source, or the reason why it is assumed, and not both"},
		{"invlpg: {value: 216,", "invlgp: {value: 216,", `no key "mmu.invlgp": did you mean mmu.invlpg?`},
		{"invlpg: {value", "pte_write: {value", "the key is given twice"},
		{"name: haswell-2s", "title: x", "title: expected keys and values"},
		{"sockets: {value: 2,", "sockets: {value: 100,", "topology: 3600 CPUs: at most 1024"},
		{"name: haswell-2s", "name: [", ":"},
	} {
		_, err := Parse("my.yaml", []byte(strings.Replace(string(good), k.old, k.new, 1)))
		if err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", k.new, err, k.want)
			continue
		}
		if want := fmt.Sprintf("my.yaml:%d: ", line(k.old)); !strings.HasPrefix(err.Error(), want) && !strings.Contains(k.want, "missing") {
			t.Errorf("%v does not begin with %s", err, want)
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%q is more than one line", err)
		}
	}
}

func TestReadFile(t *testing.T) {
	if _, err := ReadFile("/no/such/file"); err == nil {
		t.Error("no error for a missing file")
	}
	if _, err := ReadFile(t.TempDir()); err == nil {
		t.Error("no error for a directory")
	}
	good, _ := files.ReadFile("numa-8s.yaml")
	path := filepath.Join(t.TempDir(), "own.yaml")
	_ = os.WriteFile(path, good, 0o600)
	if s, err := ReadFile(path); err != nil || s.Topology.CPUs() != 120 {
		t.Error(s, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		data, _ := files.ReadFile(name + ".yaml")
		f.Add(data)
	}
	f.Add([]byte("name: x\ndoc: y\nmmu: {invlpg: {value: 1, source: z}}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse("fuzz", data)
		if (s == nil) == (err == nil) {
			t.Error(s, err)
		}
	})
}

func ExampleLoad() {
	s, err := Load("haswell-2s")
	if err != nil {
		panic(err)
	}
	fmt.Println(s.Topology.CPUs(), "CPUs, invlpg takes", s.MMU.Invlpg, "cycles")
	// Output: 72 CPUs, invlpg takes 216 cycles
}

// TestLoadedIsTheCallers: a caller may change what it has loaded; the next one gets the file's figures.
func TestLoadedIsTheCallers(t *testing.T) {
	for range 3 {
		s, err := Load(Default)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != Default || s.Figures[0].Name == "changed" || s.MMU.Walk < 0 {
			t.Errorf("the changes of another caller: %s, %+v, a walk of %d", s.Name, s.Figures[0], s.MMU.Walk)
		}
		s.Name, s.Figures[0].Name, s.MMU.Walk = "changed", "changed", -1
	}
}
