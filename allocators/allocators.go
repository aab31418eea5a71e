package allocators

import (
	"errors"

	"lwbench/mmu"
)

// Flags say how a mapping will be used. Designs that make no difference ignore them.
type Flags uint8

// The flags of the kernels' sf_buf API.
const (
	Private Flags = 1 << iota // SFB_CPUPRIVATE: only the allocating CPU will touch the mapping
	NoWait                    // SFB_NOWAIT: fail with ErrNoBuf rather than sleep
	Catch                     // SFB_CATCH: a sleep may be interrupted by a signal
)

// ErrNoBuf is what Alloc returns, wrapped or not, when nothing is free and it may not wait, or waiting cannot help
// (the KVA window is used up).
var ErrNoBuf = errors.New("no mapping is free")

// Allocator is one design at work on one machine. Its methods are called by many simulated CPUs at once; c is always
// the CPU that the caller runs on.
type Allocator interface {
	// Alloc maps pg and returns a handle. It may sleep unless NoWait is given.
	Alloc(c *mmu.CPU, pg *mmu.Page, f Flags) (Buf, error)
	// Free gives a handle back, on any CPU. The handle may not be used afterwards.
	Free(c *mmu.CPU, b Buf)
}

// Buf is one live mapping. It may be handed to another CPU, which calls KVA for itself before it touches the page.
type Buf interface {
	// KVA returns the address to use on c until Free. It may invalidate c's TLB entry first.
	KVA(c *mmu.CPU) mmu.KVA
	// Page returns the page that the mapping was allocated for.
	Page() *mmu.Page
}

// Design is one kernel's answer, as data. A package exports one for each design it holds.
type Design struct {
	Name       string // as results carry it: "lwbuf-submitted"
	Doc        string // one line
	Source     string // the kernel, file and date or commit that it follows
	KnownFault string // empty, or what is wrong with it on purpose
	Tunables   []Tunable
	New        func(*mmu.Machine, Tuning) (Allocator, error)
}

// Tunable is a knob of a design, like a sysctl: a whole number with a range.
type Tunable struct {
	Name     string // "sfbuf.nsfbufs"
	Doc      string // one line, units included
	Default  int64
	Min, Max int64 // both allowed
}

// Tuning holds the values that a run gives to tunables. Names that are missing have their defaults.
type Tuning map[string]int64

// Get returns the value of a tunable: the one set, or its default.
func (t Tuning) Get(k Tunable) int64 {
	if v, ok := t[k.Name]; ok {
		return v
	}
	return k.Default
}

// Referencer is a design whose handles count references (sf_buf_ref): Ref adds one, and each needs a Free of its own.
type Referencer interface {
	Ref(c *mmu.CPU, b Buf)
}

// Globaler is a design that can make a handle valid on every CPU at once (lwbuf_set_global).
type Globaler interface {
	SetGlobal(c *mmu.CPU, b Buf)
}

// Masked is a handle that declares which CPUs it trusts to hold no stale entry; the oracles check it (invariant I1).
type Masked interface {
	Mask() mmu.CPUSet
}
