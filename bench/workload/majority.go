package workload

import "bytes"

// oneSided is the share of an input's requests above which the one that they all come from is remarked on.
const oneSided = 0.9

// majority finds who sends most of a stream's items, in constant memory (Boyer and Moore's vote, 1981). Where one name has
// a clear majority it is found early, so that its share is known up to the few items before that.
type majority struct {
	name  []byte
	votes int // for name, less those against it
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

// share returns at least which share of the items the name has, and the name; 0 of fewer than ten items.
func (m *majority) share() (share float64, name string) {
	if m.all < 10 {
		return 0, ""
	}
	return float64(m.seen) / float64(m.all), string(m.name)
}
