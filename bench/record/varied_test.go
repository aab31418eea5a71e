package record

import "testing"

func TestVaried(t *testing.T) {
	for _, k := range []struct {
		machine, figures string
		factor           float64
		name             string
	}{
		{"haswell-2s", "line", 2, "haswell-2s~line*2"},
		{"here", "ipi.ack", 0.5, "here~ipi.ack*0.5"},
	} {
		name := Varied(k.machine, k.figures, k.factor)
		if name != k.name {
			t.Errorf("%s, want %s", name, k.name)
		}
		machine, figures, factor, ok := ParseVaried(name)
		if !ok || machine != k.machine || figures != k.figures || factor != k.factor {
			t.Errorf("%s: %s %s %v %v", name, machine, figures, factor, ok)
		}
	}
	for _, name := range []string{"haswell-2s", "~line*2", "a~line", "a~*2", "a~line*", "a~line*x", "a~line*-1", "a~line*NaN", "a~line*Inf"} {
		if _, _, _, ok := ParseVaried(name); ok {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestWindowed: the size of the KVA window is part of a machine's name, and can be taken off it.
func TestWindowed(t *testing.T) {
	if got := Windowed("m", 4096); got != "m+kva=4096" || Unwindowed(got) != "m" || Unwindowed("m~line*2") != "m~line*2" {
		t.Errorf("%s, %s", got, Unwindowed(got))
	}
}
