package mmu

// Counters holds the event counts of one CPU since the machine started, or their sum over CPUs. A CPU writes only its
// own.
type Counters struct {
	Kenter, KenterQuick, KenterSync, KenterSyncQuick int64 // calls of the primitives of these names
	Kremove, KremoveQuick                            int64
	Qenter, Qremove                                  int64
	PTEWrites                                        int64 // page-table entries written
	PTELines                                         int64 // transfers of the page table's cache lines to this CPU
	Invlpg                                           int64 // single-page invalidations executed on this CPU
	Flushes                                          int64 // full flushes executed on this CPU
	Shootdowns                                       int64 // remote invalidations started by this CPU, with or without a wait
	IPIs                                             int64 // IPIs sent for them
	ICRWrites                                        int64 // writes of the APIC's command register for those IPIs
	Broadcasts                                       int64 // instructions that invalidated on all CPUs (INVLPGB, TLBI)
	Deferred                                         int64 // flushes at an entry into the kernel, for shootdowns that did not interrupt this CPU
	TLBHits2                                         int64 // accesses served by the second level
	TLBMisses                                        int64 // accesses that walked the page table
	Accesses                                         int64 // loads and stores through a mapping
	Sleeps                                           int64 // sleeps for a resource
	Switches                                         int64 // address-space switches
	Stale                                            int64 // accesses that the TLB directed to another page than the promised one
	StaleRisk                                        int64 // accesses that were correct although the CPU may still hold an older entry
	Faults                                           int64 // other violations: see FindingKind
}

// Add adds o to n.
func (n *Counters) Add(o *Counters) { n.add(o, 1) }

// Sub subtracts o from n.
func (n *Counters) Sub(o *Counters) { n.add(o, -1) }

// add adds o times sign to n.
func (n *Counters) add(o *Counters, sign int64) {
	n.Kenter += sign * o.Kenter
	n.KenterQuick += sign * o.KenterQuick
	n.KenterSync += sign * o.KenterSync
	n.KenterSyncQuick += sign * o.KenterSyncQuick
	n.Kremove += sign * o.Kremove
	n.KremoveQuick += sign * o.KremoveQuick
	n.Qenter += sign * o.Qenter
	n.Qremove += sign * o.Qremove
	n.PTEWrites += sign * o.PTEWrites
	n.PTELines += sign * o.PTELines
	n.Invlpg += sign * o.Invlpg
	n.Flushes += sign * o.Flushes
	n.Shootdowns += sign * o.Shootdowns
	n.IPIs += sign * o.IPIs
	n.ICRWrites += sign * o.ICRWrites
	n.Broadcasts += sign * o.Broadcasts
	n.Deferred += sign * o.Deferred
	n.TLBHits2 += sign * o.TLBHits2
	n.TLBMisses += sign * o.TLBMisses
	n.Accesses += sign * o.Accesses
	n.Sleeps += sign * o.Sleeps
	n.Switches += sign * o.Switches
	n.Stale += sign * o.Stale
	n.StaleRisk += sign * o.StaleRisk
	n.Faults += sign * o.Faults
}
