package mmu

import (
	"runtime"
	"testing"

	"lwbench/internal/testsize"
)

// TestMemoryOfTheLargestMachine builds 1,024 CPUs that each access all 65,536 KVA pages, in less than 1 GiB; a quarter of them, in
// a quarter of that, below full size.
func TestMemoryOfTheLargestMachine(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds and a gigabyte: skipped with -short")
	}
	cpus := testsize.Choose(256, 256, 1024)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m, err := New(testSpec(), Options{CPUs: cpus, Pages: 65536, KVAPages: 65536})
	if err != nil {
		t.Fatal(err)
	}
	err = m.Run(func(c *CPU) error {
		for kva := KVA(0); kva < 65536; kva += tlbChunk {
			c.tlb.entry(kva)
		}
		c.KenterQuick(KVA(c.ID()), m.Page(c.ID()))
		c.Load(KVA(c.ID()), m.Page(c.ID()))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.Sys - before.Sys + before.HeapInuse; used > uint64(cpus)<<20 {
		t.Errorf("%d MiB, want at most %d", used>>20, cpus)
	} else {
		t.Logf("%d MiB", used>>20)
	}
	runtime.KeepAlive(m)
}
