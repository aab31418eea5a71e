package report

import (
	"strings"
	"testing"
)

func TestVerdict(t *testing.T) {
	costs := func(design string, at1, at4, at16 string) []string {
		return []string{
			cell("Xio", design, 1, at1+" cycles/op"), cell("Xio", design, 4, at4+" cycles/op"), cell("Xio", design, 16, at16+" cycles/op"),
		}
	}
	join := func(lists ...[]string) string {
		var all []string
		for _, l := range lists {
			all = append(all, l...)
		}
		return file("lwbench sweep", virtual, all...)
	}
	for _, k := range []struct {
		name, text string
		want       []string
		never      string
	}{
		{
			"crossover", join(costs("sfbuf", "500", "2000", "8000"), costs("lwbuf", "1000", "1000", "1000")),
			[]string{
				"sfbuf is the cheapest at 1 CPU, lwbuf from 4 to 16 CPUs.",
				"The lead goes from sfbuf to lwbuf between 1 and 4 CPUs, at about 2 by interpolation.",
				"At 1 CPU sfbuf takes 500 cycles/op and beats the next, lwbuf, 2.00×.",
				"At 16 CPUs lwbuf takes 1,000 cycles/op and beats the next, sfbuf, 8.00×.",
			},
			"",
		},
		{
			"a declared fault never wins", join(costs("lwbuf-submitted", "1", "1", "1"), costs("lwbuf", "10", "10", "10"), costs("sfbuf", "20", "20", "20")),
			[]string{"lwbuf is the cheapest from 1 to 16 CPUs.", "lwbuf-submitted is not ranked: it declares a fault."},
			"lwbuf-submitted takes",
		},
		{
			"a stale design never wins", join(costs("sfbuf", "1", "1 cycles/op 3 stale 9", "1"), costs("lwbuf", "10", "10", "10"), costs("naive", "20", "20", "20")),
			[]string{"sfbuf is the cheapest at 1 CPU, lwbuf at 4 CPUs, sfbuf at 16 CPUs.", "! sfbuf is not ranked at 4 CPUs: the oracles found stale accesses or faults."},
			"",
		},
		{
			"level", join(costs("sfbuf", "1000", "1000", "1000"), costs("lwbuf", "1001", "1002", "1003"), costs("naive", "1500", "1500", "1500")),
			[]string{"Tie: sfbuf and lwbuf do not differ from 1 to 16 CPUs.", "At 1 CPU sfbuf and lwbuf tie: 1,000 cycles/op, within 2 %."},
			"cheapest",
		},
		{
			"alone", join(costs("sfbuf", "1", "2", "3")), []string{"No contest: sfbuf is alone here."}, "",
		},
		{
			"a tie does not change the lead",
			join(costs("sfbuf", "1000", "1003", "500"), costs("lwbuf", "2000", "1000", "2000")),
			[]string{"sfbuf is the cheapest from 1 to 16 CPUs (in a tie at 1 of 3)."},
			"The lead goes",
		},
	} {
		t.Run(k.name, func(t *testing.T) {
			got := verdictOf(t, k.text)
			for _, w := range k.want {
				if !strings.Contains(got, w) {
					t.Errorf("missing %q in\n%s", w, got)
				}
			}
			if k.never != "" && strings.Contains(got, k.never) {
				t.Errorf("%q should not be in\n%s", k.never, got)
			}
		})
	}
}

// TestTies: a verdict says of each design why it ties.
func TestTies(t *testing.T) {
	got := verdictOf(t, file("lwbench sweep", virtual,
		cell("Xio", "sfbuf", 1, "1000 cycles/op 0.01 half-width"), cell("Xio", "lwbuf", 1, "1010 cycles/op 0.01 half-width"),
		cell("Xio", "kmap", 1, "1100 cycles/op 0.2 half-width"), cell("Xio", "naive", 1, "1500 cycles/op 0.01 half-width")))
	if want := "At 1 CPU sfbuf, lwbuf and kmap tie: 1,000 cycles/op, within 2 % for sfbuf and lwbuf; kmap by ranges that overlap."; !strings.Contains(got, want) {
		t.Errorf("missing %q in\n%s", want, got)
	}
}

// TestReason: the reason comes from the counters, and only if the costs add up.
func TestReason(t *testing.T) {
	sf := "1000 cycles/op 200 use-cycles/op 700 lockwait-cycles/op 100 alloc-cycles/op 0.75 reuse 2 shootdowns/op"
	lw := "400 cycles/op 200 use-cycles/op 100 invlpg-cycles/op 100 alloc-cycles/op 0 reuse 0 shootdowns/op"
	got := verdictOf(t, file("lwbench sweep", virtual, cell("Xio", "sfbuf", 8, sf), cell("Xio", "lwbuf", 8, lw)))
	want := "beats the next, sfbuf, 2.50×: an operation of sfbuf spends 700 more cycles waiting for locks; " +
		"lwbuf starts no shootdowns an operation, sfbuf 2; lwbuf finds its page mapped in 0 % of its allocs, sfbuf in 75 %."
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant %s", got, want)
	}
	bad := strings.Replace(sf, "700 lockwait", "300 lockwait", 1) // 400 cycles are missing
	if got := verdictOf(t, file("lwbench sweep", virtual, cell("Xio", "sfbuf", 8, bad), cell("Xio", "lwbuf", 8, lw))); strings.Contains(got, "spends") {
		t.Errorf("costs that do not add up gave a reason:\n%s", got)
	}
}

const liveOver = "engine: live\nmachine: host\npin: none"

func TestLive(t *testing.T) {
	pinned := file("lwbench sweep --engine live", "engine: live\nmachine: host\npin: core",
		cell("Xio", "sfbuf", 1, "100e-9 sec/op"), cell("Xio", "sfbuf", 1, "150e-9 sec/op"), cell("Xio", "sfbuf", 1, "110e-9 sec/op"),
		cell("Xio", "lwbuf", 1, "120e-9 sec/op"), cell("Xio", "lwbuf", 1, "140e-9 sec/op"))
	got := verdictOf(t, pinned)
	if !strings.Contains(got, "sfbuf and lwbuf tie: their ranges overlap; the least median is 110 ns/op.") {
		t.Errorf("overlapping repetitions: got\n%s", got)
	}
	over := file("lwbench sweep --engine live", liveOver, cell("Xio", "sfbuf", 8, "1e-9 sec/op"), cell("Xio", "lwbuf", 8, "2e-9 sec/op"))
	if got := verdictOf(t, over); !strings.Contains(got, "No winner: cells ran with more CPUs than the host has cores") {
		t.Errorf("oversubscribed: got\n%s", got)
	}
	var text []string
	for _, c := range results(t, pinned, over).caveats() {
		text = append(text, c.Text)
	}
	for _, want := range []string{
		"On host (live), 2 cells had more CPUs than the host has cores",
		"On host (live), 2 cells vary by more than 10 % over their repetitions.",
	} {
		if !strings.Contains(strings.Join(text, "\n"), want) {
			t.Errorf("missing %q in %q", want, text)
		}
	}
}

func TestCaveats(t *testing.T) {
	r := results(t,
		file("lwbench sweep", virtual, cell("Xio", "lwbuf-submitted", 128, "1 cycles/op"))+"Bench",
		file("lwbench sweep", "engine: virtual\nmachine: ../../etc/passwd", cell("Xio", "lwbuf", 1, "1 cycles/op")))
	var got []string
	for _, c := range r.caveats() {
		got = append(got, c.Text)
	}
	for _, want := range []string{
		"haswell-2s is a model: ", "It has 72 CPUs: 128 ran on 4 sockets instead of 2.", "../../etc/passwd is not a machine of lwbench",
		"lwbuf-submitted declares a fault and never wins", "a.txt: 1 line could not be read and left out: the file is damaged or not complete.",
	} {
		if !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("missing %q in %q", want, got)
		}
	}
	if len(r.caveats()[0].Details) == 0 {
		t.Error("no assumed figure of haswell-2s is named")
	}
}

// TestOneDesignOfTwoFiles: two versions of one design have no winner.
func TestOneDesignOfTwoFiles(t *testing.T) {
	r := New(testLists())
	for i, cost := range []string{"500", "700"} {
		text := "# made by: lwbench sweep\nengine: virtual\nmachine: haswell-2s\nBenchmarkXio/alloc=sfbuf/cpus=1 1 " + cost + " cycles/op\n"
		if err := read(r, []string{"old.txt", "new.txt"}[i], strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	got := r.Panels()[0].Verdict()
	want := "No contest: sfbuf is one design in several files: lwbench compare says what changed between them."
	if len(got) == 0 || got[0] != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, c := range r.Panels()[0].contests {
		if c.winner() != nil {
			t.Error("a version of the design wins")
		}
	}
}
