package search

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/emap"
	"lwbench/allocators/kmap"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/vmap"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// TestKeepsBit: of the lines above the write of a PTE, and else below it, in its function, the one that leaves other CPUs' bits in the mask.
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

func enter() {
	write()
	lwb.mask.Add(c.ID())
}
`
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[int]int{13: 9, 19: 22, 21: 22, 23: 22, 25: 22, 29: 30} {
		if got := (Place{Line: line, path: file}).keepsBit(); got.Line != want {
			t.Errorf("line %d: found %d, want %d", line, got.Line, want)
		}
	}
	for line, want := range map[int]int{13: 7, 29: 28, 2: 0} {
		if got := (Place{Line: line, path: file}).begins(); got.Line != want {
			t.Errorf("the function of line %d begins at %d, want %d", line, got.Line, want)
		}
	}
	if got := (Place{Line: 3, path: file + "x"}).keepsBit(); got.Line != 0 {
		t.Errorf("without a source: %v", got)
	}
}

// TestKeepsBitInItsBranch: a line in a branch that excludes the one with the PTE cannot have left the bit; one that comes before or
// after the whole statement can.
func TestKeepsBitInItsBranch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "alloc.go")
	const text = `package x

func branches() {
	if own {
		write()
	} else if some {
		other()
		sf.mask = a.all
	} else {
		write()
		sf.mask = a.all
	}
}

func after() {
	if own {
		write()
	} else {
		sf.mask = a.all
	}
	if more {
		lwb.mask.Add(1)
	}
}

func cases() {
	lwb.mask.Add(1)
	switch kind {
	case 1:
		sf.mask = a.all
	case 2:
		if own {
			other()
		}
		write()
	default:
		sf.mask = a.all
	}
}

func assigns() {
	switch {
	case own:
		write()
	default:
		sf.mask.Assign(1)
	}
}
`
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[int]int{5: 0, 7: 8, 10: 11, 17: 22, 19: 22, 22: 19, 35: 27} {
		if got := (Place{Line: line, path: file}).keepsBit(); got.Line != want {
			t.Errorf("line %d: found %d, want %d", line, got.Line, want)
		}
	}
	for line, want := range map[int]int{5: 4, 7: 0, 17: 0, 35: 0, 44: 43} {
		if got := (Place{Line: line, path: file}).bare(); got.Line != want {
			t.Errorf("line %d: its branch has no mask from %d, want %d", line, got.Line, want)
		}
	}
}

// TestWhereACPUDecides: the condition by which a design decides whether a CPU flushes before it uses an address, and where a
// buffer is made global.
func TestWhereACPUDecides(t *testing.T) {
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		design        allocators.Design
		tests, global string
	}{
		{emap.Design, "if p.gen < w.gen {", ""},
		{lwbuf.Fixed, "if !lwb.mask.AtomicHas(c.ID()) {", "lwb.mask.AtomicStore(&a.all)"},
		{kmap.Design, "", ""},
		{vmap.Design, "", ""},
	} {
		m, err := mmu.New(spec, mmu.Options{CPUs: 1, Pages: 1})
		if err != nil {
			t.Fatal(err)
		}
		a, err := k.design.New(m, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = m.Run(func(c *mmu.CPU) error {
			b, err := a.Alloc(c, m.Page(0), 0)
			if err == nil {
				if got := tests(b, false).Source(); got != k.tests {
					t.Errorf("%s tests by %q, want %q", k.design.Name, got, k.tests)
				}
				a.Free(c, b)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := frees(a).Source(); !strings.Contains(got, ") Free(c *mmu.CPU, ") {
			t.Errorf("%s frees by %q", k.design.Name, got)
		}
		_, drops := a.(allocators.Unaliaser)
		if got := dropsAliases(a).Source(); drops != strings.Contains(got, ") UnmapAliases(c *mmu.CPU) {") {
			t.Errorf("%s drops aliases by %q", k.design.Name, got)
		}
		if got := makesGlobal(a).Source(); got != k.global {
			t.Errorf("%s makes global by %q, want %q", k.design.Name, got, k.global)
		}
	}
}
