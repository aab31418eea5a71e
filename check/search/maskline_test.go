package search

import (
	"os"
	"path/filepath"
	"testing"
)

// TestKeepsBit: of the lines above the write of a PTE, in its function, the one that leaves other CPUs' bits in the mask.
func TestKeepsBit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "alloc.go")
	const text = `package x

func before() {
	m.mask.Add(1)
}

func (a *allocator) Alloc() {
	if a.orOnAlloc {
		lwb.mask.Add(c.ID())
	} else {
		lwb.mask.Assign(c.ID())
	}
	write()
}

func clean() {
	// lwb.mask.Add(c.ID()) was wrong
	sf.cpumask.Assign(c.ID())
	write()
	sf.mask = mmu.CPUSet{}
	write()
	sf.mask = a.all
	write()
	if sf.mask == a.all {
	}
}
`
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[int]int{13: 9, 19: 0, 21: 0, 23: 22, 25: 22} {
		if got := (Place{Line: line, path: file}).keepsBit(); got.Line != want {
			t.Errorf("line %d: found %d, want %d", line, got.Line, want)
		}
	}
	if got := (Place{Line: 3, path: file + "x"}).keepsBit(); got.Line != 0 {
		t.Errorf("without a source: %v", got)
	}
}
