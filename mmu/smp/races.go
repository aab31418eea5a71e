package smp

// clock is a vector clock: how much of each CPU's past is known.
type clock [maxTraced]uint32

func (k *clock) join(o *clock) {
	for i := range k {
		k[i] = max(k[i], o[i])
	}
}

// Access is one access of a design to its data.
type Access struct {
	CPU   int
	Write bool
	PC    uintptr // of the statement, a return address
}

// Race is two accesses to the same data, at least one of them a write, that nothing orders: no lock, IPI, message, wakeup or
// atomic operation. A second run, or a compiler, may put them in the other order.
type Race struct{ First, Second Access }

// races finds data races by happens-before (Lamport 1978; with last accesses as in FastTrack, Flanagan and Freund, 2009).
// The thread and the handlers of one CPU count as ordered: they interleave, but never run at once.
type races struct {
	found  *Race
	clocks [maxTraced]clock // by CPU
	locks  map[uintptr]*clock
	data   map[uintptr]*history // by address of a byte
	kept   []any                // what was allocated: were it collected, others would lie at addresses with a history
}

// history is the last write of some data, and the last read of each CPU since.
type history struct {
	writer  int32
	wrote   uint32 // 0 is never
	wrotePC uintptr
	read    clock
	readPC  [maxTraced]uintptr
}

func newRaces() *races {
	r := &races{locks: map[uintptr]*clock{}, data: map[uintptr]*history{}}
	for i := range r.clocks {
		r.clocks[i][i] = 1
	}
	return r
}

// send returns what c knows, and begins a new moment of c.
func (r *races) send(c *CPU) clock {
	k := r.clocks[c.id]
	r.clocks[c.id][c.id]++
	return k
}

func (r *races) receive(c *CPU, k *clock) { r.clocks[c.id].join(k) }

// acquire and release are the two halves of what a lock, or an atomic operation, orders.
func (r *races) acquire(c *CPU, l uintptr) {
	if k := r.locks[l]; k != nil {
		r.receive(c, k)
	}
}

func (r *races) release(c *CPU, l uintptr) {
	k := r.locks[l]
	if k == nil {
		k = new(clock)
		r.locks[l] = k
	}
	s := r.send(c)
	k.join(&s)
}

// most is how many bytes of one access are looked at.
const most = 256

// access looks whether an access to the size bytes at p is ordered after all that conflict with it, and keeps it.
func (r *races) access(c *CPU, p, size uintptr, write bool, pc uintptr) {
	for at := p; at < p+min(size, most); at++ {
		r.octet(c, at, write, pc)
	}
}

// octet is access for one byte: neighbouring fields are no data in common.
func (r *races) octet(c *CPU, p uintptr, write bool, pc uintptr) {
	h := r.data[p]
	if h == nil {
		h = &history{}
		r.data[p] = h
	}
	me := &r.clocks[c.id]
	if h.wrote > me[h.writer] && h.writer != c.id {
		r.report(Access{int(h.writer), true, h.wrotePC}, Access{int(c.id), write, pc})
	}
	if !write {
		h.read[c.id], h.readPC[c.id] = me[c.id], pc
		return
	}
	for i, at := range h.read {
		if at > me[i] && i != int(c.id) {
			r.report(Access{i, false, h.readPC[i]}, Access{int(c.id), true, pc})
		}
	}
	*h = history{writer: c.id, wrote: me[c.id], wrotePC: pc}
}

func (r *races) report(a, b Access) {
	if r.found == nil {
		r.found = &Race{a, b}
	}
}

// acquired and released report a lock or an atomic operation at p to the race detector.
func (c *CPU) acquired(p uintptr) {
	if x := c.sys.explored; x != nil && x.races != nil {
		x.races.acquire(c, p)
	}
}

func (c *CPU) released(p uintptr) {
	if x := c.sys.explored; x != nil && x.races != nil {
		x.races.release(c, p)
	}
}

// synced is an atomic operation at p: it comes after the earlier ones on p, and before the later ones if it writes.
func (c *CPU) synced(p, size uintptr, write bool) {
	c.touchAt(p, size, write)
	c.acquired(p)
	if write {
		c.released(p)
	}
}

// Race returns the first data race of an explored run with Config.Races, or nil.
func (s *System) Race() *Race {
	if s.explored == nil || s.explored.races == nil {
		return nil
	}
	return s.explored.races.found
}
