package workload

import "lwbench/mmu"

// pipe is W2: a direct pipe write. The writer wires its pages and passes the list, not a mapping, to the reader on
// another CPU, which maps and copies them one by one as xio does, or several with one mapping (the pipe's qenter2 mode).
// CPUs 2i and 2i+1 are a pair; a CPU without a partner writes to itself.
func pipe() *Workload {
	return &Workload{
		Name: "pipe",
		Doc:  "a direct pipe write: the writer's pages, mapped one by one by the reader on another CPU (pipe_read, sfbuf mode)",
		Params: []Param{
			{Name: "pipe.pages", Doc: "pages in a write", Kind: Int, Default: "16", Min: 1, Max: 32},
			{Name: "pipe.buffers", Doc: "distinct buffers that the writer cycles through; 1 is always the same", Kind: Int, Default: "4", Min: 1, Max: 4096},
			{Name: "pipe.window", Doc: "pages that the reader maps at a time; an operation is one mapping", Kind: Int, Default: "1", Min: 1, Max: 32},
			{Name: "pipe.wire", Doc: "cycles the writer takes to wire a page, on average over its writes", Kind: Int, Default: "150", Min: 0, Max: 1e9},
			gapParam("pipe"),
		},
		Needs: func(c *Cell) Needs { return Needs{Pages: min(c.int("pipe.window"), c.int("pipe.pages"))} },
		Setup: func(cell *Cell) (Body, error) {
			p := &pipes{
				cell: cell, pages: cell.int("pipe.pages"), window: cell.int("pipe.window"), buffers: cell.int("pipe.buffers"),
				wire: cell.cycles("pipe.wire"),
			}
			p.first = cell.Machine.AddPages(cell.Machine.NCPU() * p.pages * p.buffers)
			return p.body, nil
		},
	}
}

type pipes struct {
	cell           *Cell
	pages, buffers int
	window         int // pages of a mapping
	wire           mmu.Cycles
	first          int
}

// write is the message from writer to reader: the first of its pages and their number. The reader answers with the
// same value.
type write struct{ page, n int }

func (p *pipes) body(e *Env) error {
	id := e.CPU().ID()
	switch partner := id ^ 1; {
	case partner >= e.NCPU():
		return p.alone(e)
	case id&1 == 0:
		return p.writer(e, partner)
	default:
		return p.reader(e, partner)
	}
}

// alone alternates between writing and reading on one CPU.
func (p *pipes) alone(e *Env) error {
	var w write
	for n, at := 0, p.pages; e.Next(); at += p.window {
		if at >= p.pages {
			w, at = write{page: p.page(e.CPU().ID(), n), n: p.pages}, 0
			n++
			e.Gap(p.wire * mmu.Cycles(p.pages))
		}
		if err := p.copyWindow(e, w, at); err != nil {
			return err
		}
	}
	return nil
}

// copyWindow maps and copies the pages of a write from page at on.
func (p *pipes) copyWindow(e *Env, w write, at int) error {
	return copyPages(e, w.page+at, min(p.window, w.n-at), 4096)
}

// windows returns how many mappings n pages take.
func (p *pipes) windows(n int) int { return (n + p.window - 1) / p.window }

// page returns the first page of the writer's nth write.
func (p *pipes) page(writer, n int) int {
	return p.first + (writer*p.buffers+n%p.buffers)*p.pages
}

// writer fills one buffer after another and waits for the reader to take each. Both CPUs' operations are the
// reader's: it copies for two.
func (p *pipes) writer(e *Env, reader int) error {
	for n, left := 0, 2*e.ops; left > 0; n++ {
		w := write{page: p.page(e.CPU().ID(), n), n: min(p.pages, left*p.window)}
		left -= p.windows(w.n)
		e.Gap(p.wire * mmu.Cycles(w.n))
		e.CPU().Send(reader, w)
		if n*p.windows(p.pages) >= 2*e.cell.Warmup && !e.counting {
			e.startCounting()
		}
		if _, err := e.wait(); err != nil {
			return err
		}
	}
	return nil
}

func (p *pipes) reader(e *Env, writer int) error {
	for done := 0; done < 2*e.ops; {
		msg, err := e.wait()
		if err != nil {
			return err
		}
		w := msg.(write)
		for at := 0; at < w.n; at += p.window {
			if done >= 2*e.cell.Warmup && !e.counting {
				e.startCounting()
			}
			if err := p.copyWindow(e, w, at); err != nil {
				return err
			}
			done++
		}
		e.CPU().Send(writer, w)
	}
	return nil
}
