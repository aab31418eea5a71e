package schedule

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, text := range []string{"-", "0:1", "17:1,40:2", "0:1,1:1,2:7", "1073741824:1073741824"} {
		s, err := Parse(text)
		if err != nil || s.String() != text {
			t.Errorf("%s: %v, %v", text, s, err)
		}
	}
	for text, word := range map[string]string{
		"": `""`, "1": `"1"`, "1:": `"1:"`, ":1": `":1"`, "a:1": `"a:1"`, "1:b": `"1:b"`, "1:0": `"1:0"`, "-1:1": `"-1:1"`, "1:-1": `"1:-1"`,
		"2:1,1:1": `"1:1"`, "2:1,2:1": `"2:1"`, "1:1,": `""`, "1:1;2:1": `"1:1;2:1"`, "1073741825:1": `"1073741825:1"`, "1:1, 2:1": `" 2:1"`,
	} {
		s, err := Parse(text)
		if want := "schedule " + word + ": expected point:choice with growing points"; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, %v; want %s", text, s, err, want)
		}
	}
}

// TestShrink: unnecessary deviations are removed in few runs, necessary ones stay, and the bound on runs is kept.
func TestShrink(t *testing.T) {
	var s Schedule
	for i := range 40 {
		s = append(s, Deviation{i, 1})
	}
	runs := 0
	fails := func(r *Replay) bool {
		runs++
		threads(r, 60, 60)
		has := func(p int) bool { return slices.Contains(r.Schedule(), Deviation{p, 1}) }
		return has(11) && has(30)
	}
	if got := Shrink(s, 1000, fails); got.String() != "11:1,30:1" || runs > 60 {
		t.Errorf("%v after %d runs", got, runs)
	}
	runs = 0
	if got := Shrink(s, 3, fails); runs > 3 || len(got) > 40 || len(got) < 2 {
		t.Errorf("%v after %d runs", got, runs)
	}
	if got := Shrink(nil, 10, func(*Replay) bool { return true }); got != nil {
		t.Errorf("%v of nothing", got)
	}
	never := func(*Replay) bool { return false }
	if got := Shrink(s, 1000, never); !slices.Equal(got, s) {
		t.Errorf("%v, though nothing else fails", got)
	}
}
