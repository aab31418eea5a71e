package report

import (
	"fmt"
	"strings"
	"testing"

	"lwbench/bench/record"
)

// variedFile is a result file of two designs on a machine and its variations: cells are "FIGURES*FACTOR DESIGN COST".
func variedFile(cells ...string) string {
	var b strings.Builder
	b.WriteString("# made by: lwbench sensitivity\n# regenerate, do not edit\n")
	for _, c := range cells {
		var machine, design string
		var cost float64
		if _, err := fmt.Sscan(c, &machine, &design, &cost); err != nil {
			panic(err)
		}
		if strings.Contains(machine, "*") {
			machine = "haswell-2s~" + machine
		}
		fmt.Fprintf(&b, "engine: virtual\nmachine: %s\n\nBenchmarkXio/alloc=%s/cpus=8 100 %v cycles/op\n", machine, design, cost)
	}
	return b.String()
}

func TestInfluences(t *testing.T) {
	r := New(testLists())
	if err := read(r, "a", strings.NewReader(variedFile(
		"all*1 sfbuf 100", "all*1 lwbuf 110", "all*1 naive 300",
		"code*2 sfbuf 105", "code*2 lwbuf 109", "code*2 naive 301", // nothing
		"line*2 sfbuf 120", "line*2 lwbuf 110", "line*2 naive 310", // the winner
		"line*0.5 sfbuf 90", "line*0.5 lwbuf 110", "line*0.5 naive 300", // nothing
		"ipi*0.5 sfbuf 100", "ipi*0.5 lwbuf 110", "ipi*0.5 naive 105", // a pair, not the winner
		"lock*2 sfbuf 100", "lock*2 lwbuf 101", "lock*2 naive 300", // a tie
	))); err != nil {
		t.Fatal(err)
	}
	list, err := r.Influences()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range list {
		got = append(got, fmt.Sprintf("%s %d %d", x.Figures, x.Pairs, x.Winners))
	}
	if s := strings.Join(got, ", "); s != "line 1 1, ipi 1 0, code 0 0, lock 0 0" {
		t.Error(s)
	}
	var b strings.Builder
	if err := r.Sensitivity(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"line       1        1  xio at 8 CPUs: lwbuf instead of sfbuf at 2x\n",
		"ipi        1        0  xio at 8 CPUs: naive instead of lwbuf at 0.5x\n",
		"nothing changes with code and lock\n",
		"xio       depend on line (lwbuf at 8 CPUs)\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if len(r.panels) != 0 {
		t.Errorf("%d panels of varied machines", len(r.panels))
	}
}

// TestVerdictHolds: given the results of a sweep, its verdicts say whether they hold.
func TestVerdictHolds(t *testing.T) {
	r := New(testLists())
	for i, text := range []string{
		variedFile("haswell-2s sfbuf 100", "haswell-2s lwbuf 110"),
		variedFile("all*1 sfbuf 100", "all*1 lwbuf 110", "code*2 sfbuf 101", "code*2 lwbuf 110"),
		variedFile("line*2 sfbuf 130", "line*2 lwbuf 110"),
	} {
		if err := read(r, fmt.Sprint(i), strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(r.panels[0].Verdict(), "\n")
		want := []string{"", "The winners hold: 1 cost halved and doubled change none.", "The winners depend on line (lwbuf at 8 CPUs)."}[i]
		if has := strings.Contains(got, "The winners"); has != (want != "") || !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestInfluencesNoBase(t *testing.T) {
	r := New(testLists())
	err := r.Add(&record.File{Results: resultsOf(t, variedFile("line*2 sfbuf 1"))})
	if err == nil || !strings.Contains(err.Error(), "results of haswell-2s with other costs, and none without") {
		t.Error(err)
	}
}

func resultsOf(t *testing.T, text string) []*record.Result {
	t.Helper()
	f, err := record.Read("x", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f.Results
}

// TestOnlyVaried: a file of lwbench sensitivity alone is no empty page: every format says what is in it, what is missing, and the
// commands that add it.
func TestOnlyVaried(t *testing.T) {
	base := []string{"all*1 sfbuf 100", "all*1 lwbuf 110", "line*2 sfbuf 120", "line*2 lwbuf 110"}
	for _, k := range []struct {
		name    string
		cells   []string
		want    []string
		missing string
	}{
		{"whole", base, []string{"4 cells on 2 variations of haswell-2s", "line", "xio at 8 CPUs: lwbuf instead of sfbuf at 2x", "depend on line (lwbuf at 8 CPUs)", "lwbench report results/sweep.txt sensitivity.txt"}, "interrupted"},
		{"cut", base[:3], []string{"3 cells on 2 variations of haswell-2s", "is not complete: 1 of 2 cells with line times 2", "lwbench sensitivity --resume", "hold as far as the run went: none changes with 1 cost"}, "halved and doubled change none"},
		{"out of order", []string{base[0], base[2], base[3]}, []string{"is not complete: 1 of 2 cells with all times 1", "lwbench sensitivity --resume"}, "halved and doubled change none"},
		{"begun", base[:2], []string{"2 cells on 1 variation of haswell-2s", "is not complete: no cost is varied yet", "lwbench sensitivity --resume"}, "halved and doubled change none"},
	} {
		r := New(testLists())
		if err := read(r, "sensitivity.txt", strings.NewReader(variedFile(k.cells...))); err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		if err := r.Text(&text, true); err != nil {
			t.Fatal(err)
		}
		for format, got := range map[string]string{"text": text.String(), "md": markdown(t, r), "html": page1(t, r)} {
			for _, want := range k.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s, %s: no %q in\n%s", k.name, format, want, got)
				}
			}
			if strings.Contains(got, k.missing) {
				t.Errorf("%s, %s: %q in\n%s", k.name, format, k.missing, got)
			}
		}
	}
}
