package calibrate

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"lwbench/bench/calibrate/lab"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

func embedded(t *testing.T) (list []*mmu.Spec) {
	t.Helper()
	for _, name := range machines.Names() {
		s, err := machines.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}

// calibration is the result on an idle host of 4 cores at 2 GHz: half a nanosecond per cycle.
func calibration() *Result {
	r := &Result{Host: Host{Model: "Test CPU", Kernel: "6.0", CPUs: 4}}
	for i := range 4 {
		r.topology = append(r.topology, lab.Place{CPU: i, Core: i, Cache: "0-3"})
	}
	add := func(name, unit string, v float64) {
		r.Figures = append(r.Figures, Figure{Name: name, Unit: unit, How: "how " + name, Estimate: lab.Estimate{Median: v, Spread: 0.02, N: 100}})
	}
	add("clock", "hz", 2e9)
	add("atomic add", "ns", 4)
	add("lock tas", "ns", 6)
	add("line, same cache", "ns", 50)
	add("TLB, first level", "entries", 64)
	add("TLB, second level", "entries", 2048)
	add("TLB, second-level hit", "ns", 3)
	add("TLB, page walk", "ns", 35)
	add("page copy, own cache", "ns", 100)
	add("invlpg", "ns", 60)
	add("flush ceiling", "pages", 33)
	add("IPI, stolen", "ns", 500)
	for i, how := range []string{"mprotect", "madvise", "munmap"} {
		add(remoteOf(how, lab.Cached), "ns", 2000+100*float64(i))
		add(remoteBy(how, 2), "ns", 2100+100*float64(i))
		add(remoteBy(how, 3), "ns", 9999) // not a power of two: not measured
		add(remoteBy(how, 4), "ns", 2300+100*float64(i))
	}
	r.Figures = append(r.Figures, Figure{Name: "flush of all", Unit: "ns", Err: errNoCeiling})
	return r
}

func TestMachine(t *testing.T) {
	r := calibration()
	s, near, kept, err := r.Machine("mine", embedded(t))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "mine" || !strings.HasPrefix(s.Doc, "Test CPU, 4 CPUs, bare metal, Linux 6.0") {
		t.Errorf("%q: %q", s.Name, s.Doc)
	}
	base, err := machines.Load(near.Machine)
	if err != nil {
		t.Fatal(err)
	}
	ack, send := figure(base, "ipi.ack"), figure(base, "ipi.send")
	want := map[string]float64{
		"machine.clock_hz": 2e9, "topology.sockets": 1, "topology.cores": 4, "topology.threads": 1,
		"tlb.hit2": 6, "tlb.walk": 70, "mmu.invlpg": 120, "mmu.flush_max": 33,
		"line.socket": 100, "lock.atomic": 8, "lock.lock": 8, "lock.unlock": 4, "code.copy_page": 200,
		"ipi.handler": 1000 - ack, "ipi.queue": 100, // 100 ns per thread, minus a line of 50
		// 2100 ns, minus sending, the handler, the acknowledgement and the line
		"ipi.socket": 4200 - send - figure(base, "ipi.queue") - figure(base, "ipi.icr") - (1000 - ack) - ack - 100,
	}
	measured := 0
	for _, f := range s.Figures {
		if f.Source != "" {
			measured++
			if !strings.HasPrefix(f.Source, "measured here: ") {
				t.Errorf("%s: %q", f.Name, f.Source)
			}
		} else if !strings.HasPrefix(f.Assumed, "not measured here: as "+near.Machine+" (") {
			t.Errorf("%s: %q", f.Name, f.Assumed)
		}
		if v, ok := want[f.Name]; ok && f.Value != v {
			t.Errorf("%s: %v, want %v", f.Name, f.Value, v)
		}
		if old := figure(base, f.Name); f.Assumed != "" && f.Value != old {
			t.Errorf("%s: %v is not %s's %v", f.Name, f.Value, near.Machine, old)
		}
	}
	if measured != len(s.Figures)-kept || measured != len(want)+4 { // and the TLB's sets and ways
		t.Errorf("%d figures measured, %d kept, of %d", measured, kept, len(s.Figures))
	}
	if n := figure(s, "tlb.l1_sets") * figure(s, "tlb.l1_ways"); n != 64 {
		t.Errorf("%v entries in the first level", n)
	}
	if n := figure(s, "tlb.l2_sets") * figure(s, "tlb.l2_ways"); n != 2048 {
		t.Errorf("%v entries in the second level", n)
	}
}

// TestMachineNoisy: a file from a busy host has the mark at each figure that was measured there.
func TestMachineNoisy(t *testing.T) {
	r := calibration()
	r.Noise.Others = 5
	s, _, _, err := r.Machine("mine", embedded(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range s.Figures {
		if f.Source != "" && !strings.HasPrefix(f.Source, "measured here, NOISY HOST: ") {
			t.Errorf("%s: %q", f.Name, f.Source)
		}
	}
}

// TestMachineUnresolved: a figure with too much spread, or a negative one, is not used.
func TestMachineUnresolved(t *testing.T) {
	r := calibration()
	for i := range r.Figures {
		switch f := &r.Figures[i]; f.Name {
		case "TLB, page walk":
			f.Spread = 0.7
		case "invlpg":
			f.Median = -3
		}
	}
	s, near, _, err := r.Machine("mine", embedded(t))
	if err != nil {
		t.Fatal(err)
	}
	base, err := machines.Load(near.Machine)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tlb.walk", "mmu.invlpg"} {
		if got, want := figure(s, name), figure(base, name); got != want {
			t.Errorf("%s: %v, want %s's %v", name, got, near.Machine, want)
		}
	}
}

// TestNearest: an embedded machine's own figures are nearest to that machine.
func TestNearest(t *testing.T) {
	list := embedded(t)
	for _, s := range list {
		r := new(Result)
		add := func(name, key string, ns bool) {
			v := figure(s, key)
			if ns {
				v *= 1e9 / s.ClockHz
			}
			r.Figures = append(r.Figures, Figure{Name: name, Unit: "ns", Estimate: lab.Estimate{Median: v, N: 100}})
		}
		add("clock", "machine.clock_hz", false)
		add("line, same cache", "line.socket", true)
		add("line, other socket", "line.remote", true)
		add("TLB, page walk", "tlb.walk", true)
		add("TLB, second-level hit", "tlb.hit2", true)
		add("invlpg", "mmu.invlpg", true)
		add("flush of all", "mmu.flush_all", true)
		add("page copy, own cache", "code.copy_page", true)
		if got, _ := r.nearest(list); got != s {
			t.Errorf("%s: nearest is %s", s.Name, got.Name)
		}
	}
	if got, _ := new(Result).nearest(list); got != nil {
		t.Error("a machine is near although nothing was measured")
	}
}

// TestNearestProcessor: the processor decides before the costs, which vary from run to run.
func TestNearestProcessor(t *testing.T) {
	list := embedded(t)
	for _, s := range list {
		if s.Processor == (mmu.Processor{}) {
			t.Errorf("%s has no processor", s.Name)
		}
	}
	for _, k := range []struct {
		own       mmu.Processor
		near, why string
	}{
		{mmu.Processor{Vendor: "AuthenticAMD", Family: 25, Model: 1}, "milan", "the same processor, AuthenticAMD family 25 model 1; the measured costs are "},
		{mmu.Processor{Vendor: "AuthenticAMD", Family: 25, Model: 17}, "milan", "the nearest processor of this family: "},
		{mmu.Processor{Vendor: "AuthenticAMD", Family: 23, Model: 49}, "milan", "the nearest processor of this vendor: "},
		{mmu.Processor{Vendor: "AuthenticAMD", Family: 15, Model: 5}, "opteron-2008", "the nearest processor of this vendor: "},
		{mmu.Processor{Vendor: "GenuineIntel", Family: 6, Model: 63}, "haswell-2s", "the same processor, "},
		{mmu.Processor{Vendor: "GenuineIntel", Family: 6, Model: 143}, "icelake-2s", "the nearest processor of this family: "},
		{mmu.Processor{Vendor: "GenuineIntel", Family: 15, Model: 4}, "p4xeon-2004", "the nearest processor of this family: "},
		{mmu.Processor{Vendor: "0x41", Model: 0xd40}, "graviton2", "the nearest processor of this vendor: 0x41 part 0xd0c, "},
		{mmu.Processor{}, "", "no built-in machine has a processor of an unknown vendor; its costs are the nearest, "},
		{mmu.Processor{Vendor: "0x61", Model: 1}, "", "no built-in machine has a processor of 0x61; "},
	} {
		for _, factor := range []float64{0.3, 1, 3} { // the host is slower or faster from run to run
			r := calibration()
			r.Host.Processor = k.own
			for i := range r.Figures {
				if r.Figures[i].Unit == "ns" {
					r.Figures[i].Median *= factor
				}
			}
			s, near := r.nearest(list)
			if k.near != "" && s.Name != k.near || near.Machine != s.Name || !strings.HasPrefix(near.Why, k.why) {
				t.Errorf("%v: %+v", k.own, near)
			}
		}
	}
}

// TestNoBroadcast: a host without INVLPGB does not take it from the machine that lends the other figures.
func TestNoBroadcast(t *testing.T) {
	r := calibration()
	r.Host.Processor = mmu.Processor{Vendor: "AuthenticAMD", Family: 25, Model: 1}
	for _, no := range []bool{false, true} {
		r.Host.NoBroadcast = no
		s, near, _, err := r.Machine("mine", embedded(t))
		if err != nil || near.Machine != "milan" || (s.SMP.TLBI.Pages == 0) != no {
			t.Errorf("no broadcast %v: tlbi.pages %d, %+v, %v", no, s.SMP.TLBI.Pages, near, err)
		}
	}
}

func TestParseProcessor(t *testing.T) {
	for text, want := range map[string]mmu.Processor{
		"processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC\n\nprocessor: 1\nvendor_id: x\n": {Vendor: "AuthenticAMD", Family: 25, Model: 1},
		"processor\t: 0\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd0c\n":                             {Vendor: "0x41", Model: 0xd0c},
		"": {},
	} {
		if got := parseProcessor(firstProcessor(text)); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestUnusual(t *testing.T) {
	r := calibration()
	if list := r.unusual(""); list != nil {
		t.Errorf("%q", list)
	}
	r.Host.Hypervisor, r.Host.Quota = true, 1.5
	r.find("line, same cache").Median = 168
	r.topology = append(r.topology, lab.Place{CPU: 4, Core: 3, Cache: "0-3"})
	got := fmt.Sprint(r.unusual("refused"))
	for _, want := range []string{"not pinned (refused)", "virtualised", "2 share a core", "allows 1.5 of 4 CPUs", "a line in 168 ns"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s: no %q", got, want)
		}
	}
}

func TestWrite(t *testing.T) {
	r := calibration()
	r.Noise.Others = 5
	r.Unusual = []string{"odd"}
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n  TLB, page walk 35 ns ±2 % 100 0\n",
		"\n  TLB, first level 64 entries 100 0\n",
		"\nNot measured:\n  flush of all: " + errNoCeiling.Error() + "\n",
		"\nUnusual:\n  odd\n",
		"\nThe host was not idle:\n  5.0 threads of other processes",
	} {
		if got := regexp.MustCompile(`(\S) +`).ReplaceAllString(b.String(), "$1 "); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
