package ops

import (
	"encoding/json"
	"fmt"

	"lwbench/mmu"
)

// Result holds the counts of a replay, in the order and under the names of the JSON output. Counters are sums over
// the whole run.
type Result struct {
	Alloc           string     `json:"alloc"` // the design
	Ops             int        `json:"ops"`
	Allocs          int64      `json:"allocs"`
	Frees           int64      `json:"frees"`
	Failed          int64      `json:"failed"` // allocs that may not wait and found nothing
	Reuses          int64      `json:"reuses"` // allocs that needed no PTE write
	Kenter          int64      `json:"kenter"`
	KenterQuick     int64      `json:"kenter_quick"`
	KenterSync      int64      `json:"kenter_sync"`
	KenterSyncQuick int64      `json:"kenter_sync_quick"`
	Kremove         int64      `json:"kremove"`
	KremoveQuick    int64      `json:"kremove_quick"`
	Shootdowns      int64      `json:"shootdowns"`
	IPIs            int64      `json:"ipis"`
	Invlpg          int64      `json:"invlpg"`
	Sleeps          int64      `json:"sleeps"`
	KVAPages        int        `json:"kva_pages"`
	Stale           int64      `json:"stale"`
	Cycles          mmu.Cycles `json:"cycles"` // end of the last operation

	// Open holds what only ReplayOpen measures; nil after other replays.
	Open *OpenResult `json:"open,omitempty"`
	// Set holds the tunables that the caller has set, for output only: Replay leaves it empty.
	Set map[string]string `json:"set,omitempty"`
	// Counters holds every counter of the machine; Spent, by cost, is in cycles over all CPUs.
	Counters mmu.Counters `json:"-"`
	// Reports are the stale accesses and other findings, one line each: "FILE:LINE: cpu1 read page 1 …".
	Reports []string `json:"-"`
}

// JSON returns the result as one line.
func (r *Result) JSON() string {
	b, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("ops: a result that is no JSON: %v", err))
	}
	return string(b)
}

func (r *Result) count(m *mmu.Machine) {
	n := m.Counters()
	r.Counters = n
	r.Kenter, r.KenterQuick, r.KenterSync, r.KenterSyncQuick = n.Kenter, n.KenterQuick, n.KenterSync, n.KenterSyncQuick
	r.Kremove, r.KremoveQuick = n.Kremove, n.KremoveQuick
	r.Shootdowns, r.IPIs, r.Invlpg, r.Sleeps, r.Stale = n.Shootdowns, n.IPIs, n.Invlpg, n.Sleeps, n.Stale
	r.KVAPages = m.KVAHigh()
}
