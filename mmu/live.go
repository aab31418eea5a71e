package mmu

import (
	"errors"

	"lwbench/mmu/smp"
	"lwbench/mmu/smp/host"
)

// On real threads (Options.Live) pages are real memory that carries a stamp, and an access through the TLB reads or
// writes it: the oracles check the page that was actually reached. Page-table entries and the oracles' state of each
// are atomic words. The fast paths of the virtual machine never see a live TLB: the page of a live entry carries
// liveTag, so that no access is a clean hit.

// liveTag marks the page of a live TLB entry.
const liveTag = 1 << 31

// The fields of a live page-table entry, from the top: 32 bits of version, Accessed, page + 1.
const (
	liveAccessed = 1 << 31
	livePage     = liveAccessed - 1
	liveVersion  = 32
)

// liveChunks is the capacity of a live machine in chunks of pages: its tables never move.
const liveChunks = 1 << 16

// liveMachine holds the state that only a live machine has.
type liveMachine struct {
	pte    []livePTE
	frames [][]frame // like Machine.pages
	grow   host.Lock // for AddPages
	npages host.Bare
	oracle host.Lock
}

// livePTE is one page-table entry and the oracles' state of it.
type livePTE struct {
	word host.Bare
	held host.Bare // a hold
}

// word packs a hold into one word, from the top: 32 bits of holds, the promised page + 1.
func (e hold) word() uint64 { return uint64(e.holds)<<32 | uint64(e.promised) }

func (p *livePTE) hold() (e hold, w uint64) {
	w = p.held.Load()
	return hold{int32(w >> 32), uint32(w)}, w
}

// promiseLive is Promise on real threads, and releaseLive is Release.
func (m *Machine) promiseLive(c *CPU, kva KVA, pg *Page) {
	p := &m.live.pte[kva]
	for {
		before, w := p.hold()
		after := before
		after.take(pg)
		if p.held.CompareAndSwap(w, after.word()) {
			m.checkDouble(c, kva, &before, pg)
			return
		}
	}
}

func (m *Machine) releaseLive(kva KVA) {
	p := &m.live.pte[kva]
	for {
		e, w := p.hold()
		e.release()
		if p.held.CompareAndSwap(w, e.word()) {
			return
		}
	}
}

// frame is the memory of one page: its stamp, the word that stores add to, and the data that copies read.
type frame struct {
	stamp uint64
	_     [56]byte
	word  host.Bare
	_     [56]byte
	data  [4096 - 128]byte
}

// makeLive prepares the machine for real threads.
func (m *Machine) makeLive() error {
	if m.probe != nil {
		return errors.New("mmu: a live machine has no event log: events on real threads have no order")
	}
	m.live = &liveMachine{pte: make([]livePTE, len(m.pte)), frames: make([][]frame, liveChunks)}
	m.pages, m.npages = make([][]Page, liveChunks), liveChunks*pageChunk
	for i := range m.cpus {
		m.cpus[i].buffer = new([4096]byte)
	}
	return nil
}

// addChunk allocates the memory of chunk i.
func (l *liveMachine) addChunk(i int) {
	f := make([]frame, pageChunk)
	for k := range f {
		f[k].stamp = uint64(i*pageChunk + k)
	}
	l.frames[i] = f
}

// reach returns the memory of the page that a TLB entry gives.
func (l *liveMachine) reach(e *tlbEntry) *frame {
	return l.frame(e.page &^ liveTag)
}

// frame returns the memory of the page whose number plus one is tag.
func (l *liveMachine) frame(tag uint32) *frame {
	id := tag - 1
	return &l.frames[id/pageChunk][id%pageChunk]
}

// accessLive is an access on real threads.
func (c *CPU) accessLive(kva KVA, e *tlbEntry, want *Page, verb string) {
	c.Order() // a machine call: serves IPIs
	m, t := c.m, &c.tlb
	switch {
	case e.epoch == t.epoch && e.w1 != 0:
	case e.epoch == t.epoch && e.w2 != 0:
		c.N.TLBHits2++
		t.put1(kva, e)
	default:
		c.N.TLBMisses++
		if !c.fillLive(kva, e) {
			m.unmapped(c, kva, want, verb)
			return
		}
		if m.spec.Speculate {
			c.filled = kva
			c.speculateLive(kva + 1)
		}
	}
	f := m.live.reach(e)
	if verb == wrote {
		f.word.Inc()
	}
	old := e.first != uint32(m.live.pte[kva].word.Load()>>liveVersion)
	m.judge(c, kva, uint32(f.stamp)+1, old, want, verb)
}

// fillLive fills the TLB from the page table if the entry is valid; the walk sets Accessed.
func (c *CPU) fillLive(kva KVA, e *tlbEntry) bool {
	p := &c.m.live.pte[kva].word
	w := p.Load()
	for w&liveAccessed == 0 {
		if w&livePage == 0 {
			return false
		}
		if p.CompareAndSwap(w, w|liveAccessed) {
			w |= liveAccessed
			break
		}
		w = p.Load()
	}
	c.tlb.fill(kva, e, uint32(w&livePage)|liveTag, uint32(w>>liveVersion))
	return true
}

// speculateLive is speculate on real threads.
func (c *CPU) speculateLive(kva KVA) {
	if int(kva) >= len(c.m.live.pte) || c.m.live.pte[kva].word.Load()&livePage == 0 {
		return
	}
	if e := c.tlb.entry(kva); (e.epoch != c.tlb.epoch || !e.held()) && c.fillLive(kva, e) {
		c.filled = kva
	}
}

// swapLive replaces a page-table entry by one that maps tag, or by an invalid one if tag is 0, in one exchange. It
// returns the Accessed bit of the old entry, which a concurrent walk may set.
func (m *Machine) swapLive(c *CPU, kva KVA, tag uint32) (accessed bool) {
	p := &m.live.pte[kva]
	for {
		w := p.word.Load()
		if !p.word.CompareAndSwap(w, successor(w, tag)) {
			continue
		}
		m.checkHeld(c, kva, w, tag)
		c.N.PTEWrites++
		return w&liveAccessed != 0
	}
}

// writeLive is swapLive with a plain store, as a kernel writes an entry whose Accessed bit it does not ask for: it loses
// the bit of a walk between the load and the store. Two CPUs that write one entry at the same moment may give it the same
// version: such a design is reported by the page that its users reach.
func (m *Machine) writeLive(c *CPU, kva KVA, tag uint32) {
	p := &m.live.pte[kva]
	w := p.word.Load()
	p.word.StoreRelease(successor(w, tag))
	m.checkHeld(c, kva, w, tag)
	c.N.PTEWrites++
}

// successor returns the entry that maps tag after the entry w: another page is another version.
func successor(w uint64, tag uint32) uint64 {
	ver := w >> liveVersion
	if uint32(w&livePage) != tag {
		ver++
	}
	return ver<<liveVersion | uint64(tag)
}

// checkHeld is checkQuiet for the write of an entry that was w and whose page may be held.
func (m *Machine) checkHeld(c *CPU, kva KVA, w uint64, tag uint32) {
	if e, _ := m.live.pte[kva].hold(); uint32(w&livePage) != tag {
		m.checkQuiet(c, kva, &e, tag)
	}
}

// replaceLive writes the entry of kva and invalidates it on c: writePTE and invlpg in one function, since the calls between
// them took as long as their work (docs/LIVE.md).
func (c *CPU) replaceLive(kva KVA, tag uint32) {
	m := c.m
	p := &m.live.pte[kva]
	w := p.word.Load()
	p.word.StoreRelease(successor(w, tag))
	if p.held.Load()>>32 != 0 {
		m.checkHeld(c, kva, w, tag)
	}
	c.N.PTEWrites++
	c.Charge(smp.CostPTE, m.spec.MMU.PTEWrite)
	c.N.Invlpg++
	if e := c.tlb.peek(kva); e != nil {
		c.tlb.invalidate(kva)
	}
	c.Charge(smp.CostInvlpg, m.spec.MMU.Invlpg)
}

// liveEntry returns the page + 1 and the Accessed bit of an entry.
func (m *Machine) liveEntry(kva KVA) (tag uint32, accessed bool) {
	w := m.live.pte[kva].word.Load()
	return uint32(w & livePage), w&liveAccessed != 0
}

// CopyOut copies bytes of the page that this CPU's TLB holds for kva, at most one page, into a private buffer; for
// live machines, on which copying is real.
func (c *CPU) CopyOut(kva KVA, bytes int) {
	if kva.direct() {
		data := &c.m.live.frame(kva.directPage()).data
		copy(c.buffer[:], data[:min(bytes, len(data))])
		return
	}
	if e := c.tlb.peek(kva); e != nil && e.held() {
		data := &c.m.live.reach(e).data
		copy(c.buffer[:], data[:min(bytes, len(data))])
	}
}

// Live reports whether the machine runs on real threads.
func (m *Machine) Live() bool { return m.live != nil }

// Pinned reports whether each CPU of a live machine has its own host CPU, and if not, why.
func (m *Machine) Pinned() (pinned bool, why string) { return m.sys.Pinned() }

// HostCPUs returns the host CPU of each CPU of a live machine, or nil where they are not pinned.
func (m *Machine) HostCPUs() []int { return m.sys.HostCPUs() }

// Descheduled returns how often pinned CPUs lost their host CPU, including their own yields if another thread ran.
func (m *Machine) Descheduled() int64 { return m.sys.Descheduled() }

// Contention returns where a CPU waited for spinlocks; see smp.System.Contention.
func (m *Machine) Contention(cpu int) []*smp.Contended { return m.sys.Contention(cpu) }
