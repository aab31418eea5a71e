package smp

// Topology says how CPUs are laid out. CPUs are numbered thread by thread, core by core, socket by socket.
type Topology struct {
	Sockets int // at least 1
	Cores   int // cores in a socket, at least 1
	Threads int // hardware threads in a core, at least 1
}

// CPUs returns the number of CPUs of the machine.
func (t Topology) CPUs() int { return t.Sockets * t.Cores * t.Threads }

// Distance is how far two CPUs are apart.
type Distance uint8

// The distances, near to far.
const (
	Self         Distance = iota // the same CPU
	Sibling                      // two threads of one core
	Socket                       // two cores of one socket
	Remote                       // two sockets
	NumDistances int      = iota
)

// Distance returns how far CPU a is from CPU b.
func (t Topology) Distance(a, b int) Distance {
	switch {
	case a == b:
		return Self
	case a/t.Threads == b/t.Threads:
		return Sibling
	case a/(t.Threads*t.Cores) == b/(t.Threads*t.Cores):
		return Socket
	}
	return Remote
}

// Costs are the prices, in cycles, of everything that smp itself charges. They come from a machine file; no code
// holds a cost. Tables by distance are indexed by Distance; entry Self is 0 unless said otherwise.
type Costs struct {
	Line      [NumDistances]Cycles // moving a cache line to this CPU from one at that distance; Self: it is here already
	Atomic    Cycles               // a locked instruction on a line that is here
	Lock      Cycles               // taking a free spinlock whose line is here
	Unlock    Cycles               // dropping a spinlock
	LockKinds int                  // 0: each lock is of its own kind; otherwise all are of LockKind LockKinds - 1
	IPISend   Cycles               // initiator: preparing a request, once
	IPIQueue  Cycles               // initiator: queueing an entry for one target, where the kernel's method does
	ICR       Cycles               // initiator: one write of the APIC's interrupt command register
	Cluster   int                  // CPUs of one socket that one ICR write reaches in cluster mode; 0: the machine has no such mode
	Rearm     Cycles               // target: how long the interrupted code runs between a handler's end and a pending interrupt
	Deliver   [NumDistances]Cycles // from sending to the target's first handler instruction
	Handler   Cycles               // target: entering and leaving the IPI handler, the work itself apart
	Ack       Cycles               // target: acknowledging, the line's transfer to the initiator apart
	Sleep     Cycles               // going to sleep: queueing and switching away
	Wakeup    Cycles               // waker: for each CPU woken
	WakeUp    Cycles               // from the wakeup until the sleeper runs again
	Send      Cycles               // sender: a message to another CPU
	Receive   Cycles               // receiver: taking a message
	TSC       Cycles               // reading the time stamp counter
	TLBI      TLBICosts            // invalidating all TLBs by an instruction
}

// RunAhead returns the largest lead that a CPU's local work may have over the slowest other CPU: the least time in
// which any CPU can reach another, with an IPI or with an instruction that invalidates its TLB.
func (k *Costs) RunAhead() Cycles {
	least := k.Deliver[Sibling]
	for _, d := range k.Deliver[Sibling:] {
		least = min(least, d)
	}
	if k.TLBI.Pages > 0 {
		least = min(least, k.TLBI.least())
	}
	return least
}
