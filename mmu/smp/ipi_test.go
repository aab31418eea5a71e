package smp

import (
	"context"
	"testing"
)

// interruptTime is what one Interrupt of all others costs cpu0 of 8 in 4 sibling pairs, and how many ICR writes it takes.
func interruptTime(t *testing.T, by Method, on CPUSet) (Cycles, int64) {
	t.Helper()
	s, cpus := newSystem(t, 8, nil)
	if err := s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 0 {
			c.Interrupt(&on, by, call{inval: 100})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	checkSums(t, cpus)
	return cpus[0].Now(), cpus[0].ICRWrites()
}

// TestMethods adds up an Interrupt by each method, by hand. cpu1 is a sibling (delivery 1000, line 20), cpu2 to cpu7 are in
// the socket (1100, 100). The handler takes 200, the call 100, the acknowledgement 30; a queue entry 6, an ICR write 4.
func TestMethods(t *testing.T) {
	all, some := FirstCPUs(8), FirstCPUs(5)
	for _, k := range []struct {
		by     Method
		on     CPUSet
		want   Cycles
		writes int64
	}{
		// Sent at 50, each 10 later. cpu1 acknowledges at 60+1000+330 = 1390 and has the counter at 1410; cpu2 acknowledges
		// at 70+1100+330 = 1500, 1600 with the line; cpu3 at 1620 (a sibling of cpu2), cpu4 at 1720, and so on: cpu7 at
		// 1860. Then 100 back.
		{Method{Unicast, Counter}, all, 1960, 7},
		// All leave at 54: cpu1 at 1384, 1404 with the line; cpu2 to cpu7 at 1484: 1584, 1604, 1704, 1724, 1824, 1844; 100 back.
		{Method{Vector, Counter}, all, 1944, 1},
		// Queued by 50+42, sent at 96: cpu1's flag at 1426, read by 1446; the others' at 1526, six lines of 100.
		{Method{Shorthand, Flags}, all, 2126, 1},
		// Two clusters of 4: sent at 96 and 100. cpu7's flag is written at 1530; the initiator reads it seventh.
		{Method{Cluster, Flags}, all, 2126, 2},
		// To four of seven: queued by 74; cluster 0 at 78, cluster 1 at 82. cpu1 1408, 1428; cpu2 and cpu3 1508: 1608, 1708;
		// cpu4 1808.
		{Method{Shorthand, Flags}, some, 1808, 2},
		// A vector of its own, to four of seven: 54, 58, 62, 66. cpu1 1384, 1404; cpu2 1488: 1588; cpu3 1608; cpu4 1708; 100.
		{Method{Vector, Counter}, some, 1808, 4},
	} {
		if got, writes := interruptTime(t, k.by, k.on); got != k.want || writes != k.writes {
			t.Errorf("%+v to %v: %d cycles and %d ICR writes, want %d and %d", k.by, k.on, got, writes, k.want, k.writes)
		}
	}
}

// TestOwnPartOverlaps: what the initiator invalidates itself costs nothing more while it would wait anyway, and is charged as
// CostInvlpg.
func TestOwnPartOverlaps(t *testing.T) {
	run := func(own Cycles) *CPU {
		s, cpus := newSystem(t, 2, nil)
		all := FirstCPUs(2)
		if err := s.Run(context.Background(), func(c *CPU) error {
			if c.ID() == 0 {
				c.Interrupt(&all, Method{Shorthand, Flags}, call{pte: own, inval: 100})
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		checkSums(t, cpus)
		return cpus[0]
	}
	none, short, long := run(0), run(300), run(5000)
	if none.Now() != short.Now() || short.Spent(CostInvlpg) != 300 {
		t.Errorf("%d cycles without an own part, %d with one of 300, of which %d are invlpg", none.Now(), short.Now(), short.Spent(CostInvlpg))
	}
	if want := Cycles(50 + 6 + 4 + 5000); long.Now() != want { // sending, and then its own part outlasts the answer
		t.Errorf("%d cycles with an own part of 5000, want %d", long.Now(), want)
	}
}

// TestQueuedCallsShareAHandler: two initiators' requests that are queued before the target's handler begins take one entry
// and exit.
func TestQueuedCallsShareAHandler(t *testing.T) {
	s, cpus := newSystem(t, 3, nil)
	var on CPUSet
	on.Add(2)
	if err := s.Run(context.Background(), func(c *CPU) error {
		if c.ID() == 2 {
			c.CritEnter()
			c.Charge(CostWork, 3000)
			c.CritExit()
			c.Charge(CostWork, 3000)
			return nil
		}
		c.Interrupt(&on, Method{Shorthand, Flags}, call{inval: 100})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got, want := cpus[2].Spent(CostStolen), Cycles(200+2*(100+30)); got != want {
		t.Errorf("%d cycles stolen, want %d", got, want)
	}
	checkSums(t, cpus)
}

// TestFreeIPIs: a machine whose IPIs cost nothing and arrive at once still runs.
func TestFreeIPIs(t *testing.T) {
	k := testCosts()
	k.IPISend, k.IPIQueue, k.ICR, k.Handler, k.Ack, k.Rearm, k.Deliver = 0, 0, 0, 0, 0, 0, [NumDistances]Cycles{}
	cpus := make([]*CPU, 4)
	for i := range cpus {
		cpus[i] = new(CPU)
	}
	s, err := New(Topology{1, 4, 1}, k, Config{}, cpus)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), newProgram(s).body(1, 60)); err != nil {
		t.Fatal(err)
	}
	checkSums(t, cpus)
}
