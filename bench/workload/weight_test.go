package workload

import (
	"context"
	"math"
	"testing"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// TestLab: the estimate of what the lab takes counts each call, access, alloc and free after the warm-up, and no other.
func TestLab(t *testing.T) {
	const warmup, ops, touches = 100, 3000, 3
	m, err := mmu.New(testSpec(), mmu.Options{CPUs: 1, Pages: 1, Config: smp.Config{Live: &smp.Live{NoIPICost: true}}})
	if err != nil {
		t.Fatal(err)
	}
	kva, err := m.ReserveKVA(1)
	if err != nil {
		t.Fatal(err)
	}
	d := &empty{m.Page(0), kva}
	e := newEnv(m.CPU(0), &Cell{Machine: m, Alloc: d, Warmup: warmup, Ops: ops}, nil, nil)
	e.live.all = []*Env{e}
	err = m.RunContext(context.Background(), func(c *mmu.CPU) error {
		c.KenterQuick(kva, d.pg)
		for e.Next() {
			h, err := e.Alloc(d.pg, 0)
			if err != nil {
				return err
			}
			for range touches {
				e.Load(h)
			}
			e.Free(h)
			e.Work(1)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	e.after = e.snapshot(e.spent())
	for _, k := range []struct {
		name string
		w    weight
		want float64
	}{
		{"calls", weight{call: 1e9}, ops * (touches + 1)}, // each access, and the charge of the work
		{"stretches of computing", weight{work: 1e9}, ops},
		{"accesses", weight{access: 1e9}, ops * touches},
		{"pairs", weight{pair: 1e9}, ops},
	} {
		if got := e.lab(&k.w); math.Abs(got-k.want) > 0.02*k.want {
			t.Errorf("%v %s, want %v", got, k.name, k.want)
		}
	}
	if got := e.lab(&weight{look: 1e9}); got < ops/sampleEach {
		t.Errorf("%v looks at the clock, want more than one in %d operations", got, sampleEach)
	}
}

// TestWeigh: everything takes some time, and a second measurement is averaged with the first.
func TestWeigh(t *testing.T) {
	m, err := mmu.New(testSpec(), mmu.Options{CPUs: 2, Config: smp.Config{Live: &smp.Live{}}})
	if err != nil {
		t.Fatal(err)
	}
	var w weight
	if err := w.weigh(m); err != nil {
		t.Fatal(err)
	}
	if w.call <= 0 || w.look <= 0 || w.access <= 0 || w.pair <= 0 || w.work < 0 {
		t.Errorf("%+v", w)
	}
	w = weight{call: 1e15, look: 1e15}
	if err := w.weigh(m); err != nil {
		t.Fatal(err)
	}
	if w.call < 0.4e15 || w.call > 0.6e15 {
		t.Errorf("1e15 and a second figure make %v", w.call)
	}
}
