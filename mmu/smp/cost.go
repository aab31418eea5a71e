package smp

// Cycles is a span or a moment of virtual time, in clock cycles of the simulated machine.
type Cycles int64

// Cost names what a charged cycle was spent on. A CPU's clock is always the sum of its charges.
type Cost uint8

// The kinds of cost, in the order in which tables show them.
const (
	CostWork      Cost = iota // the workload's own computing
	CostUse                   // touching and copying the mapped page
	CostAlloc                 // the allocator's own local instructions: magazines, hashing, list work
	CostPTE                   // writing page-table entries
	CostInvlpg                // local TLB invalidations and flushes
	CostTLB                   // TLB second-level hits and page walks
	CostLine                  // shared cache lines: atomics and transfers outside locks
	CostLock                  // taking and dropping locks, the lock's own line included
	CostLockWait              // waiting for a lock that another CPU holds
	CostShootdown             // initiator: sending IPIs and waiting for the others
	CostStolen                // victim: cycles that an IPI took from what the CPU was doing
	CostSleep                 // sleeping for a resource, and the switches to and from sleep
	CostKVA                   // taking KVA from the kernel map and giving it back
	CostMessage               // sending and receiving messages between CPUs
	CostIdle                  // nothing to do: waiting for time to pass or a message to come
	NumCosts      int  = iota // how many kinds there are
)

var costNames = [NumCosts]string{
	"work", "use", "alloc", "pte", "invlpg", "tlb", "line", "lock", "lockwait",
	"shootdown", "stolen", "sleep", "kva", "message", "idle",
}

// String returns the short lower-case name of the cost, as result units and profiles print it.
func (k Cost) String() string { return costNames[k] }
