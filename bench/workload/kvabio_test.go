package workload

import "testing"

// TestKvabio runs it on every design that can: the oracles find nothing, mappings are used on several CPUs, and two runs are the
// same.
func TestKvabio(t *testing.T) {
	w := Find("kvabio")
	for _, d := range able(w, nil) {
		if d.KnownFault != "" {
			continue
		}
		for _, global := range []string{"0", "0.5"} {
			p := Values{"kvabio.global": global}
			out := runCell(t, w, d, 3, 60, 5, p, nil)
			checkOutcome(t, out, d, 180)
			if out.Counters.Accesses < 2*out.Ops {
				t.Errorf("%s: %d accesses in %d mappings: nothing is used again", d.Name, out.Counters.Accesses, out.Ops)
			}
			if again := runCell(t, w, d, 3, 60, 5, p, nil); again.Digest != out.Digest {
				t.Errorf("%s: two runs differ", d.Name)
			}
		}
	}
	for _, d := range able(w, Values{"kvabio.pages": "4"}) {
		checkOutcome(t, runCell(t, w, d, 3, 60, 5, Values{"kvabio.pages": "4"}, nil), d, 180)
	}
}

// TestKvabioInterrupts: lwbuf synchronises each CPU when it comes, without an IPI; a buffer without B_KVABIO costs one
// rendezvous.
func TestKvabioInterrupts(t *testing.T) {
	w, d := Find("kvabio"), design(t, "lwbuf")
	some := runCell(t, w, d, 4, 100, 1, nil, nil)
	whole := runCell(t, w, d, 4, 100, 1, Values{"kvabio.global": "1"}, nil)
	if some.Counters.Shootdowns != 0 || some.Counters.Invlpg <= some.Ops {
		t.Errorf("with B_KVABIO: %d shootdowns, %d invlpg in %d mappings", some.Counters.Shootdowns, some.Counters.Invlpg, some.Ops)
	}
	if whole.Counters.Shootdowns != whole.Ops {
		t.Errorf("without: %d shootdowns in %d mappings", whole.Counters.Shootdowns, whole.Ops)
	}
}

// TestKvabioStale: a stale mapping is seen by the CPU that comes to it: lwbuf-submitted, whose mask remembers an earlier life, is
// found out.
func TestKvabioStale(t *testing.T) {
	out := runCell(t, Find("kvabio"), design(t, "lwbuf-submitted"), 4, 400, 1, nil, nil)
	if out.Counters.Stale+out.Counters.StaleRisk == 0 {
		t.Error("lwbuf-submitted: nothing is stale")
	}
}
