package genbuf

import "fmt"

// Audit implements allocators.Auditor. Where the design is idle each CPU has as many spares and retained mappings as it counts;
// where nothing is mapped no mapping is referenced, and every slot is a spare or retained.
func (a *allocator) Audit(idle bool, live int) error {
	if !idle {
		return nil
	}
	slots := int64(0)
	for i := range a.cpus {
		n, err := a.auditCPU(i, live)
		if err != nil {
			return err
		}
		slots += n
	}
	for i := range a.depots {
		d := &a.depots[i]
		if n := d.count.Peek(); n != int64(len(d.full)) {
			return fmt.Errorf("depot %d has %d batches and counts %d", i, len(d.full), n)
		}
		for _, b := range d.full {
			slots += int64(len(b.slots))
		}
	}
	if grown := a.grown.Peek(); live == 0 && slots != grown {
		return fmt.Errorf("nothing is mapped, and %d of %d slots are spare or retained", slots, grown)
	}
	return nil
}

// auditCPU returns how many slots one CPU has.
func (a *allocator) auditCPU(cpu, live int) (int64, error) {
	p := &a.cpus[cpu]
	spare := len(p.now.slots) + len(p.dirty)
	for _, b := range p.clean {
		spare += len(b.slots)
	}
	if spare != p.spare {
		return 0, fmt.Errorf("cpu%d has %d spare slots and counts %d", cpu, spare, p.spare)
	}
	n := 0
	for i := range p.sets {
		for j, w := range p.sets[i] {
			if w.s == nil {
				continue
			}
			n++
			if refs := int64(w.s.refs) - a.away(cpu, i*ways+j); refs < 0 || live == 0 && refs > 0 {
				return 0, fmt.Errorf("cpu%d retains %v with %d references while %d mappings are live", cpu, w.s.kva, refs, live)
			}
		}
	}
	if n != p.retained {
		return 0, fmt.Errorf("cpu%d retains %d mappings and counts %d", cpu, n, p.retained)
	}
	return int64(spare + n), nil
}

// away returns how many frees elsewhere of one place a home CPU does not know yet.
func (a *allocator) away(home, place int) (n int64) {
	for i := range a.cpus {
		if freed := a.cpus[i].freed[home]; freed != nil {
			f := &freed[place/perLine]
			n += int64(f.n[place%perLine].AtomicLoad() - f.known[place%perLine])
		}
	}
	return n
}
