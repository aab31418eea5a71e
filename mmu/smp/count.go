package smp

import "sync/atomic"

// Count is a shared 32-bit number that lies in a cache line with others: a field of a structure. Its methods are atomic on
// real threads as they are under the virtual clock, and cost nothing: the caller charges for the line (CPU.Touch,
// CPU.Atomic), as for CPUSet.AtomicAdd. The zero value is 0.
type Count uint32

// AtomicLoad reads the counter; what the writer did before its AtomicAdd or AtomicStore has happened.
func (k *Count) AtomicLoad() uint32 { return atomic.LoadUint32((*uint32)(k)) }

// AtomicStore writes the counter.
func (k *Count) AtomicStore(n uint32) { atomic.StoreUint32((*uint32)(k), n) }

// AtomicAdd adds n, which wraps. A counter with one writer needs no locked instruction.
func (k *Count) AtomicAdd(n uint32) { atomic.AddUint32((*uint32)(k), n) }
