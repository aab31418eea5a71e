package alloctest

import (
	"fmt"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/ops"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// Replay replays a trace of the ops format, given without its first line, on the machine of the contract; it fails the
// test on an error and on any finding of the oracles.
func Replay(t *testing.T, d *allocators.Design, tune allocators.Tuning, text string) *ops.Result {
	t.Helper()
	return replay(t, d, tune, parsed(t, "exact.ops", "lwbench-ops 1\n"+text))
}

func replay(t *testing.T, d *allocators.Design, tune allocators.Tuning, tr *ops.Trace) *ops.Result {
	t.Helper()
	r, err := ops.Replay(tr, Spec(), d, tune, ops.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range r.Reports {
		t.Error(line)
	}
	return r
}

// RendezvousCycles is the initiator's cost of a rendezvous with n other, idle CPUs of its socket on the machine of the
// contract, with pte cycles of work while they are stopped. The first IPI arrives, and its target acknowledges: it takes the
// counter's line, and the initiator reads it. The others acknowledge soon after one another, which takes longer than sending
// their IPIs, and the line comes back. The PTE is written; the release reaches the targets; each acknowledges again, all at
// the same moment.
func RendezvousCycles(n int, pte mmu.Cycles) mmu.Cycles {
	k := Spec().SMP
	line := k.Line[smp.Socket]
	round := mmu.Cycles(n+1) * line
	apart := line * mmu.Cycles(min(n-1, 1))
	return k.IPISend + k.IPIQueue + k.ICR + k.Deliver[smp.Socket] + k.Handler + k.Ack + round + apart + pte + line + k.Ack + round
}

// MaskedCycles is the initiator's cost of an InvalidateMask (FreeBSD2004) of n other, idle CPUs of its socket on the machine
// of the contract: smp_ipi_mtx, which no other CPU has cached; the first IPI arrives, and its target invalidates; the
// counter's line goes from target to target and comes back.
func MaskedCycles(n int) mmu.Cycles {
	s := Spec()
	k := s.SMP
	return k.Lock + k.Unlock + k.IPISend + k.ICR + k.Deliver[smp.Socket] + k.Handler + s.MMU.Invlpg + k.Ack + mmu.Cycles(n+1)*k.Line[smp.Socket]
}

// Use is a use of a page in the ops format, on one CPU.
func Use(cpu, page int) string {
	return fmt.Sprintf("%[1]d alloc u %[2]d\n%[1]d load u\n%[1]d free u\n", cpu, page)
}

// BroadcastCycles is the cost of sending a broadcast that no CPU waits for (Qenter, Qremove): a request, and one ICR write.
func BroadcastCycles() mmu.Cycles {
	k := Spec().SMP
	return k.IPISend + k.ICR
}
