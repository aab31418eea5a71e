package workload

import (
	"errors"
	"fmt"

	"lwbench/allocators"
	"lwbench/allocators/handle"
	"lwbench/mmu"
)

// Handle is one live mapping held by a workload. It may be sent to another CPU, whose Env then touches and frees it.
type Handle struct {
	buf    handle.Handle
	spent  mmu.Cycles // cycles of the operation so far
	timed  bool       // on real threads: this operation is timed
	live   bool
	name   int // in the recorded trace
	Flags  allocators.Flags
	Due    mmu.Cycles // for the workload: when to free the handle
	Client int        // for the workload: its origin
}

// ErrStarved is the error, wrapped, of Alloc after so many consecutive failures that nothing will become free: a
// design that leaks KVA, or handles that are never freed, have exhausted the KVA window.
var ErrStarved = errors.New("nothing will come free any more")

// giveUp is the number of consecutive failures on one CPU after which Alloc returns ErrStarved. A pool of one buffer
// that 64 CPUs hold in turn for a round trip makes a few thousand.
const giveUp = 100_000

// Alloc maps pg. The error wraps allocators.ErrNoBuf if nothing was free and f has NoWait. It wraps ErrStarved, and
// not ErrNoBuf, if retrying is hopeless.
func (e *Env) Alloc(pg *mmu.Page, f allocators.Flags) (*Handle, error) {
	timed := e.live != nil && e.live.sample()
	start := e.now(timed)
	e.n.asked++
	buf, reused, err := handle.Alloc(e.cpu, e.cell.Alloc, pg, f)
	return e.mapped(&buf, pg, f, e.now(timed)-start, timed, reused, err)
}

// AllocPages maps pages at contiguous addresses, a single one as Alloc does; that is one operation. The slice must not change while the handle
// lives. Needs.Pages of the workload says how many pages its largest mapping has. Errors are those of Alloc.
func (e *Env) AllocPages(pages []*mmu.Page, f allocators.Flags) (*Handle, error) {
	if len(pages) == 1 {
		return e.Alloc(pages[0], f)
	}
	timed := e.live != nil && e.live.sample()
	start := e.now(timed)
	e.n.asked++
	buf, reused, err := handle.AllocPages(e.cpu, e.cell.Alloc.(allocators.MultiPager), pages, f)
	return e.mapped(&buf, pages[0], f, e.now(timed)-start, timed, reused, err)
}

// pages returns n pages of the machine, one after another. The slice is valid until the next call.
func (e *Env) pages(first, n int) []*mmu.Page {
	e.list = e.cell.Machine.AppendPages(e.list[:0], first, n)
	return e.list
}

// mapped counts an alloc that took spent cycles, and makes its handle.
func (e *Env) mapped(
	buf *handle.Handle, pg *mmu.Page, f allocators.Flags, spent mmu.Cycles, timed, reused bool, err error,
) (*Handle, error) {
	if err != nil {
		e.n.failed++
		e.record("alloc-failed", nil, pg, f)
		if e.refused++; e.refused >= giveUp && errors.Is(err, allocators.ErrNoBuf) {
			err = fmt.Errorf("%w: %d allocs in a row have failed: %v", ErrStarved, e.refused, err)
		}
		return nil, err
	}
	e.refused = 0
	h := e.newHandle()
	if e.private {
		e.held = append(e.held, h)
	}
	*h = Handle{buf: *buf, spent: spent, timed: timed, live: true, Flags: f, name: h.name}
	e.n.allocs++
	if e.live != nil {
		e.live.step(e.cpu)
		e.count(timed)
	} else {
		e.pool.inUse.alloc(e.cpu)
	}
	if reused {
		e.n.reuses++
	}
	e.record("alloc", h, pg, f)
	h.buf.Announce(e.cpu)
	return h, nil
}

// Load reads through the handle on this CPU. It first asks for the handle's address, as each CPU must.
func (e *Env) Load(h *Handle) { e.touch(h, 0, false) }

// Store writes through the handle.
func (e *Env) Store(h *Handle) { e.touch(h, 0, true) }

// touch accesses page i of the handle.
func (e *Env) touch(h *Handle, i int, write bool) {
	c := e.cpu
	if !h.live {
		e.misuse(h, "touched")
		return
	}
	start := e.now(h.timed)
	if !h.buf.AskedBy(c) {
		e.ask(h)
	}
	h.buf.AccessAt(c, i, write)
	verb := "load"
	if write {
		verb = "store"
	}
	e.record(verb, h, nil, 0)
	h.spent += e.now(h.timed) - start
}

// ask calls KVA on this CPU. It is a frame of its own in profiles: a phase.
func (e *Env) ask(h *Handle) {
	h.buf.Ask(e.cpu)
}

// Free frees the handle on this CPU and ends the operation.
func (e *Env) Free(h *Handle) {
	c, m := e.cpu, e.cell.Machine
	if !h.live {
		e.misuse(h, "freed")
		return
	}
	start := e.now(h.timed)
	h.buf.Release(c)
	if m.Probed() {
		kva, _ := h.buf.KVA()
		m.Tell(&mmu.Event{Kind: mmu.Freed, CPU: c.ID(), At: c.Now(), KVA: kva, Page: h.buf.Page})
	}
	h.live = false
	if e.aliases {
		e.remember(h)
	}
	if e.private {
		e.held = e.held[:len(e.held)-1] // the last one: they are a stack
	}
	e.record("free", h, nil, 0)
	e.cell.Alloc.Free(c, h.buf.Buf)
	h.spent += e.now(h.timed) - start
	e.n.frees++
	if e.live != nil {
		e.live.step(e.cpu)
		e.count(false)
	} else {
		e.pool.inUse.free(e.cpu)
	}
	if e.live == nil || h.timed {
		e.hist.Record(h.spent)
	}
	e.pool.put(h)
}

// misuse reports a handle that is used after its free.
func (e *Env) misuse(h *Handle, verb string) {
	kva, _ := h.buf.KVA()
	e.cell.Machine.Report(e.cpu, mmu.Finding{
		Kind: mmu.UseAfterFree, KVA: kva, Want: h.buf.Page,
		Text: fmt.Sprintf("cpu%d %s a handle for %v after its free", e.cpu.ID(), verb, h.buf.Page),
	})
}

// handlePool keeps freed handles for all CPUs of a cell. On real threads each CPU has its own, with a limit: handles
// are freed on other CPUs than those that allocated them, so an unlimited pool would grow for the whole run.
type handlePool struct {
	free []*Handle
	made int
	most int // limit of free handles; 0 is none

	inUse inUse // by all CPUs, under the virtual clock
}

func (p *handlePool) put(h *Handle) {
	if p.most == 0 || len(p.free) < p.most {
		p.free = append(p.free, h)
	}
}

// newHandle reuses a freed handle, or makes one with a new name.
func (e *Env) newHandle() *Handle {
	p := e.pool
	last := len(p.free) - 1
	if last < 0 {
		p.made++
		return &Handle{name: p.made}
	}
	h := p.free[last]
	p.free = p.free[:last]
	return h
}
