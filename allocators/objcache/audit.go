package objcache

import "fmt"

// Audit checks the cache's bookkeeping, as allocators.Auditor: no magazine exceeds its capacity, those of the depot
// are full or empty, and, when idle, the number of objects in use is the caller's.
func (o *Cache) Audit(idle bool, out int) error {
	made := 0
	for i := range o.cpus {
		made += int(o.cpus[i].made.Peek())
		for _, m := range []*magazine{o.cpus[i].loaded, o.cpus[i].previous} {
			if len(m.rounds) > m.cap {
				return fmt.Errorf("%s: a magazine of cpu%d holds %d objects, its capacity is %d", o.name, i, len(m.rounds), m.cap)
			}
		}
	}
	if !idle {
		return nil
	}
	for _, m := range o.depot.full {
		if !m.full() {
			return fmt.Errorf("%s: a magazine on the depot's full list holds %d of %d objects", o.name, len(m.rounds), m.cap)
		}
	}
	for _, m := range o.depot.empty {
		if !m.empty() {
			return fmt.Errorf("%s: a magazine on the depot's empty list holds %d objects", o.name, len(m.rounds))
		}
	}
	if n := made - o.Retained(); n != out {
		return fmt.Errorf("%s: %d objects are out of the cache, %d are in use", o.name, n, out)
	}
	return nil
}
