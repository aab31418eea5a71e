package capture

// mapping is one mapping from its start to its end.
type mapping struct {
	From, To       int64 // nanoseconds; To is meaningless if Open
	CPU, EndCPU    int16
	Pages          []int // in order of appearance in the capture, from 0
	Again          bool  // its first page had been mapped before
	Shared         bool  // its first page was mapped elsewhere when it started
	Private        bool
	NoWait         bool
	Open           bool // its end is not in the capture
	beginAt, endAt int  // positions among the events
}

// mappings holds the mappings of a capture, in order of their start.
type mappings struct {
	list  []mapping
	Pages int // distinct pages
	CPUs  int // highest CPU + 1
	Stray int // ends of mappings whose start is not in the capture
	begin int64
}

// match matches each mapping with its end. A shared sf_buf is mapped several times at one address: then the last
// start is matched first, which does not affect any count.
func match(events []event) *mappings {
	m := &mappings{begin: events[0].Time}
	open := make(map[uint64][]int) // by address: indexes of list
	pages := make(map[uint64]int)  // the number of each page
	live := make(map[int]int)      // by page number: its open mappings
	for at, e := range events {
		m.CPUs = max(m.CPUs, int(e.CPU)+1)
		switch e.Kind {
		case mapped:
			x := mapping{From: e.Time, CPU: e.CPU, Private: e.Private, NoWait: e.NoWait, Open: true, beginAt: at}
			for i := range uint64(e.Size) { // a run of pages is identified by its first
				key := e.Page + i<<52
				n, known := pages[key]
				if !known {
					n = len(pages)
					pages[key] = n
				}
				if i == 0 {
					x.Again, x.Shared = known, live[n] > 0
				}
				x.Pages = append(x.Pages, n)
				live[n]++
			}
			open[e.Addr] = append(open[e.Addr], len(m.list))
			m.list = append(m.list, x)
		case ended:
			stack := open[e.Addr]
			if len(stack) == 0 {
				m.Stray++
				continue
			}
			x := &m.list[stack[len(stack)-1]]
			x.To, x.EndCPU, x.Open, x.endAt = e.Time, e.CPU, false, at
			for _, n := range x.Pages {
				live[n]--
			}
			if open[e.Addr] = stack[:len(stack)-1]; len(stack) == 1 {
				delete(open, e.Addr)
			}
		}
	}
	m.Pages = len(pages)
	return m
}
