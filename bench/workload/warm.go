package workload

// warmPages bounds the pages that a CPU touches before its first operation.
const warmPages = 1 << 12

// Warm touches up to n pages from page first on, without a mapping, so that their next touch does not fetch them from memory. Bodies
// call it before their first operation, for the pages that the CPU goes on to copy: each is fetched from memory once in a run,
// and a working set takes up to 800,000 operations until all have been. How a page is shared among CPUs later is left to the
// operations. Warm does nothing in a run that counts from its start (Cell.Cold, or no Watch) and on real threads.
func (e *Env) Warm(first, n int, write bool) { e.warm(first, n, 1, write) }

// WarmShared is Warm for a working set of the whole machine: each CPU touches its share of the pages.
func (e *Env) WarmShared(first, n int, write bool) {
	id := e.CPU().ID()
	e.warm(first+id, n-id, e.NCPU(), write)
}

// warm touches every step-th of n pages.
func (e *Env) warm(first, n, step int, write bool) {
	if e.cell.Watch == nil || e.cell.Cold || e.live != nil {
		return
	}
	for i := 0; i < min(n, warmPages*step); i += step {
		e.cpu.Copy(e.cell.Machine.Page(first+i), warmBytes, write)
	}
}

// warmBytes is the shortest copy for which it matters where the page is.
const warmBytes = 2048
