package workload

import "bytes"

// oneSided is the share of an input's requests above which a note names their common source.
const oneSided = 0.9

// majority finds the sender of most items of a stream in constant memory (Boyer and Moore's vote, 1981). A clear
// majority is found early, so that its share is known except for the few items before that.
type majority struct {
	name  []byte
	votes int // for name, minus those against it
	seen  int // items of name since it was chosen
	all   int
}

func (m *majority) add(name []byte) {
	m.all++
	switch same := bytes.Equal(m.name, name); {
	case same:
		m.votes++
		m.seen++
	case m.votes > 0:
		m.votes--
	default:
		m.name = append(m.name[:0], name...)
		m.votes, m.seen = 1, 1
	}
}

// share returns a lower bound of the name's share of the items, and the name; 0 for fewer than ten items.
func (m *majority) share() (share float64, name string) {
	if m.all < 10 {
		return 0, ""
	}
	return float64(m.seen) / float64(m.all), string(m.name)
}
