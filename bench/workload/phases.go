package workload

// phases changes its load from one phase to the next: each CPU maps a small working set or a large one, page by page in turn or
// at random, and frees each mapping itself or has another CPU touch and free it. All four combinations follow each other
// in the order of the documentation. A design that adapts to a load finds that it has changed. The phases are counted in
// operations of each CPU, so that every design gets the same requests.
func phases() *Workload {
	return &Workload{
		Name:  "phases",
		Doc:   "a file server between its usual files and a backup's scan, its buffers freed here or by another CPU's interrupt, in turns",
		Aside: true,
		Params: []Param{
			{Name: "phases.length", Doc: "operations of a CPU in a phase: small set, large set, small set freed elsewhere, large set freed elsewhere", Kind: Int, Default: "1000", Min: 1, Max: 1e9},
			{Name: "phases.small", Doc: "pages of a CPU's small working set", Kind: Int, Default: "64", Min: 1, Max: 1 << 18},
			{Name: "phases.large", Doc: "pages of a CPU's large working set, which holds the small one", Kind: Int, Default: "4506", Min: 1, Max: 1 << 18},
			{Name: "phases.order", Doc: "order of the pages", Kind: Text, Default: "sequential", Choices: []string{"sequential", "random"}},
			{Name: "phases.live", Doc: "most handles that a CPU has in flight", Kind: Int, Default: "4", Min: 1, Max: 4096},
			{Name: "phases.gap", Doc: "cycles of other work before each handle, on average", Kind: Int, Default: "500", Min: 0, Max: 1e9},
			gapParam("phases"),
		},
		Needs: func(*Cell) Needs { return Needs{Moves: true} },
		Setup: func(cell *Cell) (Body, error) {
			n := cell.Machine.NCPU()
			p := &changing{
				length: cell.int("phases.length"), sets: [2]int{cell.int("phases.small"), cell.int("phases.large")},
				random: cell.text("phases.order") == "random", next: make([][2]int, n),
			}
			p.each = max(p.sets[0], p.sets[1])
			s := newStrays(cell, "phases", n*p.each)
			s.draw = p.draw
			return s.body, nil
		},
	}
}

// changing is what a load of phases asks for.
type changing struct {
	length int
	sets   [2]int // pages of a CPU's small working set, and of its large one
	each   int    // pages of a CPU
	random bool
	next   [][2]int // of each CPU: the page of each set whose turn it is; used by that CPU only
}

// draw returns the page of the next operation, counted from the first of the machine, and how many other CPUs its handle visits.
func (p *changing) draw(e *Env) (page, hops int) {
	id, phase := e.CPU().ID(), (e.i-1)/p.length
	which := phase % 2
	n := p.sets[which]
	at := &p.next[id][which]
	if p.random {
		*at = e.Rand().IntN(n)
	}
	page = id*p.each + *at
	*at = (*at + 1) % n
	return page, phase / 2 % 2
}
