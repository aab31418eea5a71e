package search

import "lwbench/mmu/smp"

// A search tries many scenarios with few schedules first and goes deeper later: it finds a fault that shows under any
// order of a scenario with full magazines before it has tried all orders of small scenarios. Outside of this
// repository's collection, within 60 seconds, three safety faults were found in 5 s this way, one of which was in
// scenario 453.

// task is a scenario to try with a number of schedules.
type task struct {
	number   int // in the order of starting and counting
	round    int
	scenario int // index: the fixed ones first, then the random ones
	most     int // schedules
	at       smp.Granularity
	whole    bool // cover every schedule, see trial
}

// round is one pass over the scenarios. Each round has more schedules per scenario than the one before.
type round struct {
	number int
	tasks  []task
}

// The sizes of the rounds.
const (
	firstRandom  = 150  // random scenarios of the first round; each round adds as many as all before it
	mostRandom   = 1200 // of all rounds: beyond, scenarios are only searched deeper
	glance       = 10   // schedules of the first look at a random scenario
	firstShape   = 50   // schedules of the first look at a fixed one
	deeper       = 8    // factor for the next round
	mostScenario = 4000 // schedules of a look at a random one
	mostShape    = 20000
	wholeFirst   = 4000 // schedules of the first look at every order of a fixed scenario
	wholeRound   = 3    // in which the fixed scenarios are tried in every order, if the search is at statements
	afterLatent  = 60   // further tasks after finding only something latent
)

// next returns the round's next task.
func (r *round) next() (k task, ok bool) {
	if len(r.tasks) == 0 {
		return k, false
	}
	k = r.tasks[0]
	r.tasks = r.tasks[1:]
	return k, true
}

// begin prepares the next round of what has not been exhausted; false means that there is none.
func (r *round) begin(s *searcher) bool {
	r.number++
	if s.opt.Shapes || s.opt.Scenario != nil {
		return r.beginFixed(s)
	}
	shape, random := firstShape, glance
	for range r.number - 1 {
		shape, random = min(deeper*shape, mostShape), min(deeper*random, mostScenario)
	}
	known := 0
	if r.number > 1 {
		known = min(firstRandom<<(r.number-2), mostRandom)
	}
	for i := range s.fixed {
		r.add(s, i, shape, s.opt.Granularity == smp.Statements && r.number == wholeRound)
	}
	for i := known; i < min(firstRandom<<(r.number-1), mostRandom); i++ {
		r.add(s, len(s.fixed)+i, glance, false)
	}
	for i := range known {
		r.add(s, len(s.fixed)+i, random, false)
	}
	return len(r.tasks) > 0
}

// beginFixed prepares the next round if there are only fixed scenarios: one with the whole budget, or at statements
// increasingly deep ones, so that a scenario with too many orders does not keep others from being proved.
func (r *round) beginFixed(s *searcher) bool {
	whole := s.opt.Granularity == smp.Statements
	most := s.opt.Budget
	if whole && len(s.fixed) > 1 {
		most = wholeFirst
		for range r.number - 1 {
			if most >= s.opt.Budget || s.counts.clocked {
				return false
			}
			most *= deeper
		}
	} else if r.number > 1 {
		return false
	}
	for i := range s.fixed {
		r.add(s, i, most, whole)
	}
	return len(r.tasks) > 0
}

// add adds a search of a scenario. In a search at statements every other round chooses at machine calls: with fewer
// points a schedule is more likely to be the one that matters.
func (r *round) add(s *searcher, scenario, most int, whole bool) {
	if s.counts.exhausted[scenario] && !whole || s.counts.proved[scenario] {
		return
	}
	k := task{round: r.number, scenario: scenario, most: most, at: s.opt.Granularity, whole: whole}
	if k.at == smp.Statements && r.number%2 == 1 && !whole {
		k.at = smp.MachineCalls
	}
	r.tasks = append(r.tasks, k)
}
