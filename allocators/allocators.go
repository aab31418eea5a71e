package allocators

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lwbench/mmu"
)

// Flags say how a mapping will be used. A design ignores the flags that its kernel does not have.
type Flags uint8

// The flags of the kernels' sf_buf API.
const (
	Private Flags = 1 << iota // SFB_CPUPRIVATE: only the allocating CPU will touch the mapping
	NoWait                    // SFB_NOWAIT: fail with ErrNoBuf rather than sleep
	Catch                     // SFB_CATCH: a sleep may be interrupted by a signal
)

// ErrNoBuf is the error that Alloc returns, possibly wrapped, when no mapping is free and it may not wait, or when waiting
// cannot help because the KVA window is exhausted.
var ErrNoBuf = errors.New("no mapping is free")

// Allocator is one design running on one machine. Many simulated CPUs call its methods concurrently; c is always the
// CPU that the caller runs on.
type Allocator interface {
	// Alloc maps pg and returns a handle. It may sleep unless NoWait is given.
	Alloc(c *mmu.CPU, pg *mmu.Page, f Flags) (Buf, error)
	// Free releases a handle, on any CPU unless the design is CPUPrivate. The handle must not be used afterwards.
	Free(c *mmu.CPU, b Buf)
}

// Buf is one live mapping. It may be passed to another CPU, which calls KVA itself before it accesses the page.
type Buf interface {
	// KVA returns the address to use on c until Free. It may invalidate c's TLB entry first.
	KVA(c *mmu.CPU) mmu.KVA
	// Page returns the page that the mapping was allocated for.
	Page() *mmu.Page
}

// Design describes one kernel's allocator. A package exports one for each design that it implements.
type Design struct {
	Name       string // as results carry it: "lwbuf-submitted"
	Doc        string // one line
	Source     string // the kernel, file and date or commit that it follows
	KnownFault string // empty, or what is wrong with it, as in the original
	KnownRace  string // empty, or the race that the original kernel has too: lwbench check finds it, no workload meets it
	// KnownKinds are the findings as which KnownFault or KnownRace shows; anything else is a new fault.
	KnownKinds []mmu.FindingKind
	Catches    bool   // a signal ends any sleep in Alloc, as if Catch were always given
	Floor      bool   // a lower bound that maps nothing: reports show it beside the others and do not rank it
	Aside      bool   // not in a sweep unless named: a variant that would tie with the design beside it in every cell
	Grows      string // empty, or why its KVA grows without bound where mappings are freed on another CPU
	Abilities
	Tunables []Tunable
	New      func(*mmu.Machine, Tuning) (Allocator, error)
}

// Abilities say what a design can and cannot do for its callers. The contract's tests, the search for bugs and the workloads
// respect them; a workload that needs what a design lacks does not run on it.
type Abilities struct {
	// CPUPrivate: a mapping is valid only on the CPU that allocated it. It is used and freed there, last in, first out.
	CPUPrivate bool
	// NoSleep: the holder of a mapping must not sleep, because preemption is disabled until its free.
	NoSleep bool
	// FixedSize: the number of mappings is fixed when the design is built, however much KVA there is.
	FixedSize bool
	// CannotRunOut: Alloc never fails and never sleeps.
	CannotRunOut bool
	// LazyReclaim: a freed mapping becomes available only later, by a tick or a purge.
	LazyReclaim bool
	// UnmapsAliases: the translations that freed mappings have left behind can be dropped on demand. The Allocator of a
	// design that sets it implements Unaliaser.
	UnmapsAliases bool
	// MultiPage is the largest number of pages that one mapping can cover; 0 means single pages only. The Allocator of a
	// design that sets it implements MultiPager.
	MultiPage int
}

// Switcher is implemented by designs whose mappings belong to the thread that made them and not to its CPU
// (kmap_local_page). SwitchOut is called when the thread on c leaves its CPU, asleep or preempted, and SwitchIn when it runs
// there again. Between them the addresses of its handles are not valid.
type Switcher interface {
	SwitchOut(c *mmu.CPU)
	SwitchIn(c *mmu.CPU)
}

// MultiPager is implemented by designs that map several pages at contiguous addresses with one call (vm_map_ram, msf_buf).
type MultiPager interface {
	// AllocPages maps pages at contiguous addresses, the first of which is Buf.KVA. There are 1 to Abilities.MultiPage
	// pages. Buf.Page is the first page. Otherwise it behaves like Alloc.
	AllocPages(c *mmu.CPU, pages []*mmu.Page, f Flags) (Buf, error)
}

// Unaliaser is implemented by designs that leave translations of freed mappings behind and can drop all of them on demand
// (Linux vm_unmap_aliases, kmap_flush_unused). A kernel calls it before it changes the attributes of pages that it owns
// (set_memory_*).
type Unaliaser interface {
	// UnmapAliases returns when neither a PTE of the design nor any CPU's TLB reaches a page whose mappings had all been freed
	// when the call began and that nobody has mapped since. It may wait for other CPUs: the caller holds no lock, and is in no
	// interrupt handler.
	UnmapAliases(c *mmu.CPU)
}

// Auditor is implemented by designs that can check their own bookkeeping: counts against the elements that they count,
// magazines against their capacity.
type Auditor interface {
	// Audit returns the first rule that the design's data breaks, in one line, or nil. It costs nothing and changes nothing.
	// While CPUs are at work it checks only what holds between any two steps; idle says that none is, and live is then the
	// number of mappings that are allocated. No CPU may act meanwhile.
	Audit(idle bool, live int) error
}

// Tunable returns the tunable called name, and whether the design has it.
func (d *Design) Tunable(name string) (Tunable, bool) {
	i := slices.IndexFunc(d.Tunables, func(k Tunable) bool { return k.Name == name })
	if i < 0 {
		return Tunable{}, false
	}
	return d.Tunables[i], true
}

// Pool returns the tunable that sizes the design's pool of buffers (kern.ipc.nsfbufs), and whether it has one. Alloc sleeps
// while all buffers of a pool are in use.
func (d *Design) Pool() (Tunable, bool) {
	i := slices.IndexFunc(d.Tunables, func(k Tunable) bool { return k.Pool })
	if i < 0 {
		return Tunable{}, false
	}
	return d.Tunables[i], true
}

// Tunable is a parameter of a design, like a sysctl: an integer with a range.
type Tunable struct {
	Name     string // "sfbuf.nsfbufs"
	Doc      string // one line, units included
	Default  int64
	Min, Max int64    // inclusive
	Values   []string // names of the values from Min up, or nil
	Pool     bool     // it sizes the pool of buffers for which Alloc sleeps
}

// Parse parses a value from the command line: a number in the range, or one of Values. The error is one line and lists
// the choices.
func (k Tunable) Parse(text string) (int64, error) {
	if i := slices.Index(k.Values, text); i >= 0 {
		return k.Min + int64(i), nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case k.Values != nil && (err != nil || n < k.Min || n > k.Max):
		return 0, fmt.Errorf("%s=%s: choose %s", k.Name, text, strings.Join(k.Values, " or "))
	case err != nil:
		return 0, fmt.Errorf("%s=%s: not a whole number", k.Name, text)
	}
	return n, k.Check(n)
}

// Check returns a one-line error if n is out of range.
func (k Tunable) Check(n int64) error {
	if n < k.Min || n > k.Max {
		return fmt.Errorf("%s=%d is out of range: choose %d to %d", k.Name, n, k.Min, k.Max)
	}
	return nil
}

// Format formats a value in the range for results: by name if it has one.
func (k Tunable) Format(n int64) string {
	if k.Values != nil {
		return k.Values[n-k.Min]
	}
	return strconv.FormatInt(n, 10)
}

// Tuning maps tunable names to their values for one run. Missing names have their defaults.
type Tuning map[string]int64

// Get returns the value set for k, or its default.
func (t Tuning) Get(k Tunable) int64 {
	if v, ok := t[k.Name]; ok {
		return v
	}
	return k.Default
}

// Referencer is implemented by designs whose handles count references (sf_buf_ref): Ref adds one, and each reference needs
// its own Free.
type Referencer interface {
	Ref(c *mmu.CPU, b Buf)
}

// Globaler is implemented by designs that can make a handle valid on every CPU at once (lwbuf_set_global).
type Globaler interface {
	SetGlobal(c *mmu.CPU, b Buf)
}

// Sysctler is implemented by designs with tunables that can change at run time, as a sysctl can. Sysctl sets the tunable
// called name to a value in its range. It runs on c, which holds no lock, while other CPUs use the design. It returns an
// error if this tunable cannot change at run time.
type Sysctler interface {
	Sysctl(c *mmu.CPU, name string, value int64) error
}

// Masked is implemented by handles that know which CPUs hold no stale TLB entry (the cpumask). The oracles check it
// (invariant I1).
type Masked interface {
	Mask() mmu.CPUSet
}
