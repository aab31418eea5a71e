package workload

import (
	"errors"
	"fmt"

	"lwbench/allocators"
	"lwbench/mmu"
)

// Handle is one live mapping as a workload holds it. It may be sent to another CPU, whose Env then touches and frees it.
type Handle struct {
	buf    allocators.Buf
	page   *mmu.Page
	kva    mmu.KVA
	asked  int        // id+1 of the CPU that called KVA last
	spent  mmu.Cycles // of the operation, so far
	begun  bool       // allocated after the warm-up
	timed  bool       // on real threads: one whose times are taken
	held   bool       // the oracles know the promise
	live   bool
	untold *mmu.Event // its alloc, which a probe has not been told yet
	name   int        // in the recorded trace
	Flags  allocators.Flags
	Due    mmu.Cycles // free for the workload: when the handle is to be freed
	Client int        // free for the workload: where it came from
}

// Page returns the page that the handle maps.
func (h *Handle) Page() *mmu.Page { return h.page }

// ErrStarved is what Alloc returns, wrapped, when it has failed so often in a row that nothing will come free any more:
// the KVA window is used up by a design that does not give it back, or by handles that nobody frees.
var ErrStarved = errors.New("nothing will come free any more")

// giveUp is after how many failures in a row on one CPU a workload that tries again is told so. A pool of one buffer that
// 64 CPUs hold in turn for a round trip makes a few thousand.
const giveUp = 100_000

// Alloc maps pg. An error wraps allocators.ErrNoBuf where nothing was free and f says not to wait; it wraps ErrStarved
// and not ErrNoBuf where trying again is hopeless.
func (e *Env) Alloc(pg *mmu.Page, f allocators.Flags) (*Handle, error) {
	c, m := e.cpu, e.cell.Machine
	timed := e.live != nil && e.live.sample()
	start, writes := e.enter(phaseAlloc, timed), c.N.PTEWrites
	b, err := e.cell.Alloc.Alloc(c, pg, f)
	spent := e.leave(timed) - start
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
	*h = Handle{buf: b, page: pg, spent: spent, timed: timed, begun: e.counting, live: true, Flags: f, name: h.name}
	e.n.allocs++
	if c.N.PTEWrites == writes {
		e.n.reuses++
	}
	e.record("alloc", h, pg, f)
	if m.Probed() {
		e.tellAllocated(h)
	}
	return h, nil
}

// tellAllocated tells a probe of a handle just made, with its address. Asking for the address may cost something where the
// mapping was found and this CPU's bit is not in its mask: then it is told when the workload asks, for a probe must not
// change the run. What is asked for here counts as the CPU's first asking, and costs it nothing.
func (e *Env) tellAllocated(h *Handle) {
	c := e.cpu
	ev := &mmu.Event{Kind: mmu.Allocated, CPU: c.ID(), At: c.Now(), Page: h.page, Note: maskOf(h.buf)}
	if k, ok := h.buf.(allocators.Masked); ok {
		if mask := k.Mask(); !mask.Has(c.ID()) {
			h.untold = ev
			return
		}
	}
	e.promise(h)
	ev.KVA = h.kva
	e.cell.Machine.Tell(ev)
}

// promise calls KVA on this CPU and lets the oracles know what that promises.
func (e *Env) promise(h *Handle) {
	e.label(phaseKVA)
	h.kva, h.asked = h.buf.KVA(e.cpu), e.cpu.ID()+1
	e.label(phaseUse)
	if !h.held {
		h.held = true
		e.cell.Machine.Promise(e.cpu, h.kva, h.page)
	}
}

func maskOf(b allocators.Buf) string {
	if k, ok := b.(allocators.Masked); ok {
		return "mask " + k.Mask().String()
	}
	return ""
}

// trustOf returns what a handle's mask says of a CPU that is about to ask for the address, also in words.
func trustOf(b allocators.Buf, cpu int) (bit mmu.MaskBit, note string) {
	k, ok := b.(allocators.Masked)
	if !ok {
		return mmu.NoMask, ""
	}
	mask := k.Mask()
	if mask.Has(cpu) {
		return mmu.BitSet, "mask " + mask.String() + " has its bit: it trusts its TLB"
	}
	return mmu.BitClear, "mask " + mask.String() + " lacks its bit"
}

// Load reads through the handle on this CPU; the handle's address is asked for first, as each CPU must.
func (e *Env) Load(h *Handle) { e.touch(h, false) }

// Store writes through the handle.
func (e *Env) Store(h *Handle) { e.touch(h, true) }

func (e *Env) touch(h *Handle, write bool) {
	c := e.cpu
	if !h.live {
		e.misuse(h, "touched")
		return
	}
	start := e.enter(phaseUse, h.timed)
	if h.asked != c.ID()+1 {
		e.ask(h)
	}
	if write {
		c.Store(h.kva, h.page)
		e.record("store", h, nil, 0)
	} else {
		c.Load(h.kva, h.page)
		e.record("load", h, nil, 0)
	}
	h.spent += e.leave(h.timed) - start
}

// ask calls KVA on this CPU, and tells a probe what the mask said before.
func (e *Env) ask(h *Handle) {
	c, m := e.cpu, e.cell.Machine
	if !m.Probed() {
		e.promise(h)
		return
	}
	bit, note := trustOf(h.buf, c.ID())
	ev := &mmu.Event{Kind: mmu.KVACalled, CPU: c.ID(), At: c.Now(), KVA: h.kva, Page: h.page, Bit: bit, Note: note}
	if h.untold == nil {
		m.Tell(ev)
		e.promise(h)
		return
	}
	e.promise(h)
	h.untold.KVA, ev.KVA = h.kva, h.kva
	m.Tell(h.untold)
	m.Tell(ev)
	h.untold = nil
}

// Free gives the handle back on this CPU and ends the operation.
func (e *Env) Free(h *Handle) {
	c, m := e.cpu, e.cell.Machine
	if !h.live {
		e.misuse(h, "freed")
		return
	}
	start := e.enter(phaseFree, h.timed)
	if h.held {
		m.Release(c, h.kva)
	}
	if m.Probed() {
		m.Tell(&mmu.Event{Kind: mmu.Freed, CPU: c.ID(), At: c.Now(), KVA: h.kva, Page: h.page})
	}
	h.live = false
	e.record("free", h, nil, 0)
	e.cell.Alloc.Free(c, h.buf)
	h.spent += e.leave(h.timed) - start
	e.n.frees++
	if h.begun {
		e.done++
		if e.live == nil || h.timed {
			e.hist.Record(h.spent)
		}
	}
	e.pool.put(h)
}

// misuse reports a handle that is used after its free.
func (e *Env) misuse(h *Handle, verb string) {
	e.cell.Machine.Report(e.cpu, mmu.Finding{
		Kind: mmu.UseAfterFree, KVA: h.kva, Want: h.page,
		Text: fmt.Sprintf("cpu%d %s a handle for %v after its free", e.cpu.ID(), verb, h.page),
	})
}

// handlePool keeps freed handles for all CPUs of a cell (on real threads each CPU has one, with an end): a handle is freed on another CPU than made it, and pools of each
// CPU's own would grow for as long as a run lasts.
type handlePool struct {
	free []*Handle
	made int
	most int // free handles that it keeps; 0 is all
}

func (p *handlePool) put(h *Handle) {
	if p.most == 0 || len(p.free) < p.most {
		p.free = append(p.free, h)
	}
}

// newHandle takes a freed handle, or makes one with a name of its own.
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
