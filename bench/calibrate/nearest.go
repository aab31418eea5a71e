package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"lwbench/mmu"
)

// firstProcessor returns the fields of the first processor of /proc/cpuinfo.
func firstProcessor(cpuinfo string) map[string]string {
	fields := make(map[string]string)
	for line := range strings.Lines(cpuinfo) {
		key, value, is := strings.Cut(line, ":")
		if !is && len(fields) > 0 {
			break
		}
		fields[strings.TrimSpace(key)] = strings.TrimSpace(value)
	}
	return fields
}

// parseProcessor returns the processor that has those fields.
func parseProcessor(fields map[string]string) mmu.Processor {
	number := func(text string) (n int) {
		_, _ = fmt.Sscan(text, &n) // also 0x…
		return n
	}
	return mmu.Processor{
		Vendor: cmp.Or(fields["vendor_id"], fields["CPU implementer"]),
		Family: number(fields["cpu family"]), Model: number(cmp.Or(fields["model"], fields["CPU part"])),
	}
}

// Near is the embedded machine that lends the figures that were not measured, and why it was chosen.
type Near struct{ Machine, Why string }

// nearest returns the machine whose processor is nearest to the host's: of the same vendor, then of the nearest family,
// then of the nearest model. These do not change from run to run. Among machines that are equally near, or if there is
// none of the vendor, it has the measured costs nearest to its own.
func (r *Result) nearest(list []*mmu.Spec) (best *mmu.Spec, near Near) {
	own := r.Host.Processor
	var least [4]float64
	for _, s := range list {
		costs, measured := r.costDistance(s)
		if !measured {
			continue
		}
		d := [4]float64{1, 0, 0, costs}
		if p := s.Processor; own.Vendor != "" && p.Vendor == own.Vendor {
			d = [4]float64{0, math.Abs(float64(p.Family - own.Family)), math.Abs(float64(p.Model - own.Model)), costs}
		}
		if best == nil || slices.Compare(d[:], least[:]) < 0 {
			best, least = s, d
		}
	}
	if best == nil {
		return nil, near
	}
	factor := math.Exp(least[3])
	why := fmt.Sprintf("no built-in machine has a processor of %s; its costs are the nearest, %.1f times off in the mean", cmp.Or(own.Vendor, "an unknown vendor"), factor)
	if p := best.Processor; least[0] == 0 {
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

// costDistance is the mean distance of the logarithms of the measured figures and the machine's, with costs in
// nanoseconds. It reports whether any was measured.
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
