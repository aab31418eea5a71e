package schedule

import (
	"fmt"
	"strconv"
	"strings"
)

// Deviation is a choice that differs from the default.
type Deviation struct {
	Point  int // zero-based index of the choice
	Choice int // index among the ready actors, from 1
}

// Schedule is a run's deviations in the order of their points. The empty one takes every default.
type Schedule []Deviation

// String returns the schedule in the form that Parse reads: "17:1,40:2", or "-" if it is empty.
func (s Schedule) String() string {
	if len(s) == 0 {
		return "-"
	}
	var b strings.Builder
	for i, d := range s {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%d:%d", d.Point, d.Choice)
	}
	return b.String()
}

// maxPoint is the largest point that Parse accepts.
const maxPoint = 1 << 30

// Parse parses a schedule. The error is one line and says what was expected.
func Parse(text string) (Schedule, error) {
	if text == "-" {
		return nil, nil
	}
	var s Schedule
	last := -1
	for _, word := range strings.Split(text, ",") {
		p, k, ok := strings.Cut(word, ":")
		point, err1 := strconv.Atoi(p)
		choice, err2 := strconv.Atoi(k)
		if !ok || err1 != nil || err2 != nil || point <= last || point > maxPoint || choice < 1 || choice > maxPoint {
			return nil, fmt.Errorf("schedule %.40q: expected point:choice with growing points and choices from 1, as in 17:1,40:2, or -", word)
		}
		s = append(s, Deviation{point, choice})
		last = point
	}
	return s, nil
}
