package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"lwbench/mmu"
)

// Processor is what a processor says of itself. The zero value says nothing.
type Processor struct {
	Vendor        string // GenuineIntel, AuthenticAMD; of Arm the code of the implementer, as 0x41
	Family, Model int    // of Arm the model is the part
}

// String names the processor as /proc/cpuinfo does.
func (p Processor) String() string {
	if p.Family == 0 {
		return fmt.Sprintf("%s part %#x", p.Vendor, p.Model)
	}
	return fmt.Sprintf("%s family %d model %d", p.Vendor, p.Family, p.Model)
}

// processorOf returns the processor of an embedded machine: family and model as in volume 4 of Intel's manual, table 2-1, in
// AMD's revision guides, and in Linux's cputype.h of arm64.
func processorOf(machine string) Processor {
	switch machine {
	case "p4xeon-2004":
		return Processor{"GenuineIntel", 15, 2}
	case "numa-8s": // a Xeon E7 of 2014
		return Processor{"GenuineIntel", 6, 62}
	case "haswell-2s":
		return Processor{"GenuineIntel", 6, 63}
	case "icelake-2s":
		return Processor{"GenuineIntel", 6, 106}
	case "opteron-2008":
		return Processor{"AuthenticAMD", 16, 2}
	case "milan":
		return Processor{"AuthenticAMD", 25, 1}
	case "graviton2":
		return Processor{"0x41", 0, 0xd0c}
	}
	return Processor{}
}

// parseProcessor reads the first processor of /proc/cpuinfo.
func parseProcessor(cpuinfo string) (p Processor) {
	for line := range strings.Lines(cpuinfo) {
		key, value, _ := strings.Cut(line, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		n := 0
		_, _ = fmt.Sscan(value, &n) // also 0x…
		switch key {
		case "":
			if p.Vendor != "" {
				return p
			}
		case "vendor_id", "CPU implementer":
			p.Vendor = value
		case "cpu family":
			p.Family = n
		case "model", "CPU part":
			p.Model = n
		}
	}
	return p
}

// Near is the embedded machine that lends the figures that were not measured, and why it was chosen.
type Near struct{ Machine, Why string }

// nearest returns the machine whose processor is nearest to the host's: of the same vendor, then of the nearest family, then of
// the nearest model. These do not change from run to run. Among machines that are equally near, or if there is none of the
// vendor, it has the measured costs nearest to its own.
func (r *Result) nearest(list []*mmu.Spec) (best *mmu.Spec, near Near) {
	own := r.Host.Processor
	var least [4]float64
	for _, s := range list {
		costs, measured := r.costDistance(s)
		if !measured {
			continue
		}
		d := [4]float64{1, 0, 0, costs}
		if p := processorOf(s.Name); own.Vendor != "" && p.Vendor == own.Vendor {
			d = [4]float64{0, math.Abs(float64(p.Family - own.Family)), math.Abs(float64(p.Model - own.Model)), costs}
		}
		if best == nil || less(d, least) {
			best, least = s, d
		}
	}
	if best == nil {
		return nil, near
	}
	factor := math.Exp(least[3])
	why := fmt.Sprintf("no built-in machine has a processor of %s; its costs are the nearest, %.1f times off in the mean", cmp.Or(own.Vendor, "an unknown vendor"), factor)
	if p := processorOf(best.Name); least[0] == 0 {
		why = fmt.Sprintf("the nearest processor of this vendor: %s, this host is %s", p, own)
		switch {
		case p == own:
			why = fmt.Sprintf("the same processor, %s", p)
		case p.Family == own.Family && p.Family != 0:
			why = fmt.Sprintf("the nearest processor of this family: %s, this host is %s", p, own)
		}
		why += fmt.Sprintf("; the measured costs are %.1f times off in the mean", factor)
	}
	return best, Near{best.Name, why}
}

func less(a, b [4]float64) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

// costDistance is the mean distance of the logarithms of the measured figures and the machine's, with costs in nanoseconds. It
// reports whether any was measured.
func (r *Result) costDistance(s *mmu.Spec) (mean float64, measured bool) {
	sum, n := 0.0, 0
	for key, rule := range r.rules(s) {
		if strings.HasPrefix(key, "topology.") || strings.HasPrefix(key, "ipi.") {
			continue // a guest's IPIs and topology are the hypervisor's
		}
		v, ok := rule()
		have := figure(s, key)
		if !ok || v.v <= 0 || have <= 0 {
			continue
		}
		d := math.Log(v.v / have)
		if !strings.HasPrefix(key, "tlb.l") && key != "machine.clock_hz" && key != "mmu.flush_max" {
			d -= math.Log(figureHz(r) / s.ClockHz) // both in time
		}
		sum += math.Abs(d)
		n++
	}
	return sum / float64(max(1, n)), n > 0
}
