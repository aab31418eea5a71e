package timeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"lwbench/check/search"
)

// TestLayout: rows do not overlap, every text fits into its lane, boxes stay in their lanes and inside one another,
// and everything is on the picture.
func TestLayout(t *testing.T) {
	for name, text := range map[string]string{"trace A": traceA, "rendezvous": rendezvous, "asleep": asleep} {
		l := newLayout(replay(t, text).Counterexample)
		y := headHigh
		for i, r := range l.rows {
			if r.y < y || r.end < r.y || r.end > l.h {
				t.Errorf("%s: row %d is from %g to %g, the one before ended at %g of %g", name, i, r.y, r.end, y, l.h)
			}
			y = r.end
			room := l.lane - padding*float64(2+l.depth(i))
			for n, text := range r.lines {
				wide := float64(utf8.RuneCountInString(text)) * letter
				if n == len(r.lines)-1 {
					wide += float64(utf8.RuneCountInString(r.place)) * letter
				}
				if wide > room {
					t.Errorf("%s: row %d: %q is %g wide, of %g", name, i, text+r.place, wide, room)
				}
			}
		}
		for i, b := range l.boxes {
			if b.end <= b.y || b.end > l.h || b.cpu >= l.story.CPUs {
				t.Errorf("%s: box %d: %+v", name, i, b)
			}
			for _, o := range l.boxes[:i] {
				if o.cpu == b.cpu && o.y < b.end && b.y < o.end && o.depth >= b.depth {
					t.Errorf("%s: %+v and %+v overlap", name, o, b)
				}
			}
		}
		if l.w < l.x(l.story.CPUs-1)+l.lane {
			t.Errorf("%s: the picture is %g wide, the last lane ends at %g", name, l.w, l.x(l.story.CPUs-1)+l.lane)
		}
	}
}

// TestNestedBoxes: an interrupt's box is inside that of the operation that it interrupts; one that never ends extends
// to the bottom.
func TestNestedBoxes(t *testing.T) {
	l := newLayout(&search.Counterexample{CPUs: 2, Steps: []search.Step{
		{CPU: 0, Op: "alloc a", Kind: search.Begins},
		{CPU: 1, Op: "alloc b", Kind: search.Begins},
		{CPU: 0, Op: "interrupt: free c", Kind: search.Begins},
		{CPU: 0, Kind: search.Does, IPI: true, From: 1, Sent: -1, Text: "invlpg"},
		{CPU: 0, Op: "interrupt: free c", Kind: search.Ends},
		{CPU: 0, Op: "alloc a", Kind: search.Ends},
		{CPU: 0, Kind: search.Fails, Text: "x"},
	}})
	var got []string
	for _, b := range l.boxes {
		got = append(got, fmt.Sprintf("cpu%d depth %d ipi %t open %t", b.cpu, b.depth, b.ipi, b.open))
	}
	want := []string{"cpu0 depth 0 ipi false open false", "cpu1 depth 0 ipi false open true", "cpu0 depth 1 ipi false open false", "cpu0 depth 2 ipi true open false"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if l.depth(0) != 1 || l.depth(2) != 2 || l.depth(6) != 0 || l.boxes[1].end != l.h-margin {
		t.Errorf("depths %d %d %d", l.depth(0), l.depth(2), l.depth(6))
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "",
		"one":               "one",
		"one two three":     "one two|three",
		"overlongword":      "overlong|word",
		"a overlongword b":  "a|overlong|word b",
		"1234567 1 1234567": "1234567|1|1234567",
		"äöüäöüäö ä":        "äöüäöüäö|ä",
	} {
		if got := strings.Join(wrap(text, 8), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestValueOfAnEntry(t *testing.T) {
	for want, e := range map[value]search.Entry{
		{"page 0", "p0"}:    {Valid: true},
		{"page 7", "p2"}:    {Valid: true, Page: 7},
		{"page 1", "stale"}: {Valid: true, Page: 1, Stale: true},
		{}:                  {},
	} {
		if got := valueOf(e); got != want {
			t.Errorf("%v: %v, want %v", e, got, want)
		}
	}
}

// TestArrows: from the lane of the sender to that of the receiver, in either direction, and from the time of sending
// if the sender does not wait.
func TestArrows(t *testing.T) {
	text := string(draw(&search.Counterexample{CPUs: 2, Steps: []search.Step{
		{CPU: 1, Kind: search.Does, Text: "tells", From: -1, Sent: -1},
		{CPU: 0, Kind: search.Does, Text: "invlpg", IPI: true, From: 1, Sent: -1},
		{CPU: 0, Kind: search.Does, Text: "flush", IPI: true, From: -1, Sent: -1},
		{CPU: 0, Kind: search.InFlight, Text: "flush", IPI: true, From: 1, Sent: 0},
	}}))
	if n := strings.Count(text, "<line"); n != 2 {
		t.Errorf("%d arrows, want 2: IPIs without a sender have none", n)
	}
	for _, want := range []string{`<line class="ipi" x1="472.0" y1="68.5" x2="426.0" y2="68.5"`, `<line class="ipi late" x1="472.0" y1="48.5" x2="426.0" y2="108.5"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
}
