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
		// Sent at 50, each 10 later. cpu1 acknowledges at 60+1000+330 = 1390 and has the counter at 1410; cpu0 reads it, 1430.
		// cpu2 acknowledges at 1500 and has it at 1600. cpu0 has asked again at 1500, cpu3 asks at 1510: 1700 and 1800. cpu0 asks
		// at 1700, after all others: cpu4 1900, its sibling cpu5 1920, cpu6 2020, cpu7 2040. Then 100 back.
		{Method{Send: Unicast, Ack: Counter}, all, 2140, 7},
		// All leave at 54: cpu1 at 1384, 1404 with the line, 1424 back; cpu2 to cpu7 at 1484, together: 1584, 1604, 1704, 1724,
		// 1824, 1844; 100 back.
		{Method{Send: Vector, Ack: Counter}, all, 1944, 1},
		// Queued by 50+42, sent at 96: cpu1's flag at 1426, the others' at 1526; their lines come together.
		{Method{Send: Shorthand, Ack: Flags}, all, 1626, 1},
		// Two clusters of 4: sent at 96 and 100. The flags of cpu4 to cpu7 are written at 1530.
		{Method{Send: Cluster, Ack: Flags}, all, 1630, 2},
		// To four of seven: queued by 74; cluster 0 at 78, cluster 1 at 82: cpu4's flag at 1512.
		{Method{Send: Shorthand, Ack: Flags}, some, 1612, 2},
		// A vector of its own, to four of seven: 54, 58, 62, 66. cpu1 1384, 1404, back 1424; cpu2 1488, 1588; cpu0 has asked at
		// 1488, before cpu3 at 1492: 1688 and 1788; cpu4 1888; 100.
		{Method{Send: Vector, Ack: Counter}, some, 1988, 4},
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
				c.Interrupt(&all, Method{Send: Shorthand, Ack: Flags}, call{pte: own, inval: 100})
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
		c.Interrupt(&on, Method{Send: Shorthand, Ack: Flags}, call{inval: 100})
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
