package here

import "math/rand/v2"

// memory is a window of pages as seen by one thread. Slots are addresses of the window that belong to the thread,
// pages are those of its part of the file; both count from 0.
type memory interface {
	// mapPage maps a page at a slot and replaces a page mapped there.
	mapPage(slot, page int) error
	// touch writes to the page at a slot, which is mapped.
	touch(slot int)
	// unmap removes the mappings of n slots by one request.
	unmap(slot, n int) error
}

// The size of a thread's part.
const (
	slots     = 64
	filePages = 256
)

// Pattern is a way to use mappings.
type Pattern struct {
	Name, Doc string
	Ops       int // operations of a round: mappings made
	round     func(m memory, s *state) error
}

// state is a thread's state between rounds.
type state struct {
	page  int // the page mapped last
	drawn int
	slot  [draws]uint8   // drawn in advance: drawing costs more than a touch
	luck  [draws]float32 // 0 to 1
}

const (
	// draws is the number of draws before a thread repeats them.
	draws = 4000
	// even is the number of draws in a row over which luck is even: what has a probability of k tenths happens k times
	// in each, and the few rounds that are simulated have as many hits as the many that are measured.
	even = 10
)

func newState(thread int) *state {
	s, r := new(state), rand.New(rand.NewPCG(1, uint64(thread)))
	for i := 0; i < draws; i += even {
		for k, luck := range r.Perm(even) {
			s.slot[i+k], s.luck[i+k] = uint8(r.IntN(slots)), (float32(luck)+0.5)/even
		}
	}
	return s
}

// stride is the distance in the file from one page to the next that apart returns. It is its own inverse modulo
// filePages, so that pages which follow each other in the file come 127 mappings apart.
const stride = 127

// next returns another page of the file, the one that follows the last one: the kernel extends the mapping of the last
// page if it is mapped behind that.
func (s *state) next() int {
	s.page = (s.page + 1) % filePages
	return s.page
}

// apart returns another page of the file, which hardly ever continues a neighbour: the kernel keeps a mapping of one page.
func (s *state) apart() int {
	s.page = (s.page + stride) % filePages
	return s.page
}

// draw returns a slot, and true with the given probability.
func (s *state) draw(probability float32) (slot int, happens bool) {
	i := s.drawn
	if s.drawn++; s.drawn == draws {
		s.drawn = 0
	}
	return int(s.slot[i]), s.luck[i] < probability
}

// prepare fills every slot with pages from next, so that a cache starts full.
func prepare(m memory, next func() int) error {
	for slot := range slots {
		if err := m.mapPage(slot, next()); err != nil {
			return err
		}
		m.touch(slot)
	}
	return nil
}

// Patterns lists the patterns. Those that keep nothing mapped come first.
func Patterns() []Pattern {
	return []Pattern{
		{"map-use-unmap", "a page is unmapped, and another one is mapped there and touched once", 16, single(16)},
		{"batch of 8", "8 pages are mapped and touched one by one, and unmapped by one request", 16, batches(8, 16)},
		{"lazy purge of 64", "64 pages are mapped, touched and dropped one by one; then all are unmapped by one request", 64, batches(64, 64)},
		{"cache, 0 % hits", "a page is mapped in place of another one, and touched", 16, cache(0, 16)},
		{"cache, 50 % hits", "every other time the page is mapped already", 40, cache(0.5, 40)},
		{"cache, 90 % hits", "9 times of 10 the page is mapped already", 400, cache(0.9, 400)},
		{"cache, 100 % hits", "the page is mapped already", 20000, cache(1, 20000)},
	}
}

// single unmaps a page, maps another one there, and touches it; ops times.
func single(ops int) func(memory, *state) error {
	return func(m memory, s *state) error {
		for range ops {
			slot, _ := s.draw(1)
			if err := m.unmap(slot, 1); err != nil {
				return err
			}
			if err := m.mapPage(slot, s.apart()); err != nil {
				return err
			}
			m.touch(slot)
		}
		return nil
	}
}

// batches maps n pages, touches each, and unmaps all by one request; ops pages in total.
func batches(n, ops int) func(memory, *state) error {
	return func(m memory, s *state) error {
		for done := 0; done < ops; done += n {
			for slot := range n {
				if err := m.mapPage(slot, s.next()); err != nil {
					return err
				}
				m.touch(slot)
			}
			if err := m.unmap(0, n); err != nil {
				return err
			}
		}
		return nil
	}
}

// cache looks up ops pages among the mapped ones and finds each with probability hit; otherwise the page replaces
// another.
func cache(hit float32, ops int) func(memory, *state) error {
	return func(m memory, s *state) error {
		for range ops {
			slot, found := s.draw(hit)
			if !found {
				if err := m.mapPage(slot, s.apart()); err != nil {
					return err
				}
			}
			m.touch(slot)
		}
		return nil
	}
}
