package mmu

// Counters is what one CPU has done since the machine started, or the sum over CPUs. A CPU writes only its own.
type Counters struct {
	Kenter, KenterQuick, KenterSync, KenterSyncQuick int64 // calls of the primitives of these names
	Kremove, KremoveQuick                            int64
	Qenter, Qremove                                  int64
	PTEWrites                                        int64 // page-table entries written
	PTELines                                         int64 // transfers of the page table's cache lines to this CPU
	Invlpg                                           int64 // single-page invalidations executed on this CPU
	Flushes                                          int64 // full flushes executed on this CPU
	Shootdowns                                       int64 // remote invalidations started by this CPU, waited for or not
	IPIs                                             int64 // IPIs sent for them
	ICRWrites                                        int64 // writes of the APIC's command register that sent them
	Broadcasts                                       int64 // instructions that invalidated on all CPUs (INVLPGB, TLBI)
	TLBHits2                                         int64 // accesses served by the second level
	TLBMisses                                        int64 // accesses that walked the page table
	Accesses                                         int64 // loads and stores through a mapping
	Sleeps                                           int64 // sleeps for a resource
	Switches                                         int64 // address-space switches
	Stale                                            int64 // accesses that the TLB sent to another page than promised
	StaleRisk                                        int64 // accesses that were right by luck: an older entry may still be held
	Faults                                           int64 // broken rules other than stale accesses: see FindingKind
}

// Add adds o to n.
func (n *Counters) Add(o *Counters) {
	n.Kenter += o.Kenter
	n.KenterQuick += o.KenterQuick
	n.KenterSync += o.KenterSync
	n.KenterSyncQuick += o.KenterSyncQuick
	n.Kremove += o.Kremove
	n.KremoveQuick += o.KremoveQuick
	n.Qenter += o.Qenter
	n.Qremove += o.Qremove
	n.PTEWrites += o.PTEWrites
	n.PTELines += o.PTELines
	n.Invlpg += o.Invlpg
	n.Flushes += o.Flushes
	n.Shootdowns += o.Shootdowns
	n.IPIs += o.IPIs
	n.ICRWrites += o.ICRWrites
	n.Broadcasts += o.Broadcasts
	n.TLBHits2 += o.TLBHits2
	n.TLBMisses += o.TLBMisses
	n.Accesses += o.Accesses
	n.Sleeps += o.Sleeps
	n.Switches += o.Switches
	n.Stale += o.Stale
	n.StaleRisk += o.StaleRisk
	n.Faults += o.Faults
}

// Sub takes o from n.
func (n *Counters) Sub(o *Counters) {
	n.Kenter -= o.Kenter
	n.KenterQuick -= o.KenterQuick
	n.KenterSync -= o.KenterSync
	n.KenterSyncQuick -= o.KenterSyncQuick
	n.Kremove -= o.Kremove
	n.KremoveQuick -= o.KremoveQuick
	n.Qenter -= o.Qenter
	n.Qremove -= o.Qremove
	n.PTEWrites -= o.PTEWrites
	n.PTELines -= o.PTELines
	n.Invlpg -= o.Invlpg
	n.Flushes -= o.Flushes
	n.Shootdowns -= o.Shootdowns
	n.IPIs -= o.IPIs
	n.ICRWrites -= o.ICRWrites
	n.Broadcasts -= o.Broadcasts
	n.TLBHits2 -= o.TLBHits2
	n.TLBMisses -= o.TLBMisses
	n.Accesses -= o.Accesses
	n.Sleeps -= o.Sleeps
	n.Switches -= o.Switches
	n.Stale -= o.Stale
	n.StaleRisk -= o.StaleRisk
	n.Faults -= o.Faults
}
