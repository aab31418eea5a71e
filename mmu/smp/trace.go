package smp

// Object names something that steps of an explored run share: a kind and a number, the same in every run. Two steps that
// touch no common object, or only read those that they share, may change places without a difference (Tracer).
type Object uint64

// The kinds of objects; the number is in the lower bits.
const (
	objMemory Object = iota << 56 // a block of the design's data and the offset in it; see names
	objCPU                        // whether the CPU is stopped
	objCrit                       // whether it takes IPIs
	objSleep                      // whether its thread sleeps
	objMail                       // its mailbox
	objInbox                      // the order of the IPIs on their way to it
	objPend                       // the handlers pended on it, and their order
	objTLB                        // its TLB
	objPTE                        // a page-table entry, and the page that is promised there
	objQueue                      // how many messages from one CPU to another have been taken
)

// PTEOf is the object of the page-table entry number kva.
func PTEOf(kva uint32) Object { return objPTE | Object(kva) }

// TLBOf is the object of a CPU's TLB.
func TLBOf(cpu int) Object { return objTLB | Object(cpu) }

// CPUOf is the object that every step of a CPU's thread and handlers writes, and every step that stops it.
func CPUOf(cpu int) Object { return objCPU | Object(cpu) }

// Tracer hears what each step of an explored run touches, and which earlier steps made it possible. A step reaches from one
// answer of the Scheduler to its next call.
type Tracer interface {
	// Step returns the index of the present step.
	Step() int
	// Touch says that the present step reads or writes o, and of the design's data the bytes from there on.
	Touch(o Object, size int, write bool)
	// After says that the present step could not have come before that one.
	After(step int)
	// Grant records that the present step allows the thread of cpu to continue.
	Grant(cpu int)
	// Takes says, before each call of the Scheduler, which CPUs would take an IPI now, and which would run a handler: a bit for each
	// CPU, whether or not there is one.
	Takes(ipis, handlers uint32)
	// ReadsClock says that the present step depends on the time, which every other step changes.
	ReadsClock()
}

// maxTraced is how many CPUs a run may have that is traced or checked for races.
const maxTraced = 8

// event is a step that others follow: what was known of all CPUs then.
type event struct {
	step  int
	clock clock
}

// traced reports whether a Tracer or the race detector listens.
func (x *exploration) traced() bool { return x != nil && (x.tr != nil || x.races != nil) }

// Traced reports whether a Tracer or the race detector listens.
func (c *CPU) Traced() bool { return c.sys.explored.traced() }

// Touches says that the present step reads or writes o. Only a traced run listens.
func (c *CPU) Touches(o Object, write bool) {
	if x := c.sys.explored; x != nil && x.tr != nil {
		x.tr.Touch(o, 1, write)
	}
}

// touchAt is Touches for a lock, a queue or a word.
func (c *CPU) touchAt(p, size uintptr, write bool) {
	if x := c.sys.explored; x != nil && x.tr != nil {
		x.tr.Touch(x.names.of(p, size, c), int(size), write)
	}
}

// Publish notes the present moment of c, for others to Follow; -1 where no one listens.
func (c *CPU) Publish() int {
	x := c.sys.explored
	if !x.traced() {
		return -1
	}
	e := event{step: -1}
	if x.tr != nil {
		e.step = x.tr.Step()
	}
	if x.races != nil {
		e.clock = x.races.send(c)
	}
	x.events = append(x.events, e)
	return len(x.events) - 1
}

// Follow says that what c does from here on comes after a moment that was published.
func (c *CPU) Follow(published int) {
	x := c.sys.explored
	if published < 0 || !x.traced() {
		return
	}
	e := &x.events[published]
	if x.tr != nil {
		x.tr.After(e.step)
	}
	if x.races != nil {
		x.races.receive(c, &e.clock)
	}
}

// grant records that c allows the thread of d to continue.
func (c *CPU) grant(d *CPU) {
	x := c.sys.explored
	if !x.traced() {
		return
	}
	if x.tr != nil {
		x.tr.Grant(int(d.id))
	}
	if x.races != nil {
		k := x.races.send(c)
		x.races.receive(d, &k)
	}
}
