package interleave

import (
	"testing"

	"lwbench/allocators"
	"lwbench/check/schedule"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// noted is a toy whose buffers have a field that Alloc writes and Free reads, as instrumented sources report it.
type noted struct{ *toy }

type notedBuf struct {
	allocators.Buf
	made int
}

func (a *noted) Alloc(c *mmu.CPU, pg *mmu.Page, f allocators.Flags) (allocators.Buf, error) {
	b, err := a.toy.Alloc(c, pg, f)
	if err != nil {
		return nil, err
	}
	n := &notedBuf{Buf: b}
	smp.Assign(&n.made)(1)
	return n, nil
}

func (b *notedBuf) KVA(c *mmu.CPU) mmu.KVA {
	smp.Read(&b.made)
	return b.Buf.KVA(c)
}

func (a *noted) Free(c *mmu.CPU, b allocators.Buf) {
	n := b.(*notedBuf)
	smp.Read(&n.made)
	a.toy.Free(c, n.Buf)
}

// TestHandlersComeAfterWhatTheyUse: a handler uses buffers of several CPUs; it is no race with any of those that made them,
// whichever alloc came last.
func TestHandlersComeAfterWhatTheyUse(t *testing.T) {
	for _, text := range []string{
		"lwbench-ops 1\ncpus 2\n0 alloc a 0 nowait\n1 alloc b 1 nowait\n1 alloc c 2 nowait\n1 free c\n0! kva a\n0! kva b\n0 alloc d 3 nowait\n0 free d\n0 free a\n1 free b\n",
		"lwbench-ops 1\ncpus 3\n0 alloc a 0 nowait\n1 alloc b 1 nowait\n2! kva a\n2! kva b\n2! free b\n2 alloc c 2 nowait\n2 free c\n0 free a\n",
	} {
		set := toySetting(t, "", 3)
		build := set.Design.New
		set.Design.New = func(m *mmu.Machine, tune allocators.Tuning) (allocators.Allocator, error) {
			a, err := build(m, tune)
			if err != nil {
				return nil, err
			}
			return &noted{toy: a.(*toy)}, nil
		}
		set.Races = true
		for _, s := range []schedule.Search{schedule.NewBounded(1), schedule.NewRandom(5, 3)} {
			for i := 0; i < 300 && s.Begin(); i++ {
				if f, err := run(plan(t, text), set, s, nil); f != nil || err != nil {
					t.Fatalf("%+v, %v under %v of %s", f, err, s.Schedule(), text)
				}
			}
		}
	}
}
