package workload

import (
	"slices"

	"lwbench/allocators"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// kvabio is DragonFly's buffer cache since October 2017 (sys/kern/vfs_bio.c). A buffer is mapped when its block is read, by
// pmap_qenter_noinval, and its b_cpumask is empty then. Each CPU that comes to use it calls bkvasync, which invalidates there if
// the CPU's bit is clear. Buffers of file systems and drivers without B_KVABIO are made valid on all CPUs when they are mapped
// (bkvareset, bkvasync_all: smp_invltlb), whoever uses them.
//
// All CPUs share the cache and draw blocks at random. One uses a buffer at a time, as its lock demands; the least recently used
// one is recycled. An operation is the life of one mapping, with its uses on all CPUs. Here bkvasync is Buf.KVA, and
// bkvasync_all is SetGlobal of designs that have it; the mappings of others are the same for both kinds of buffers.
func kvabio() *Workload {
	return &Workload{
		Name: "kvabio",
		Doc:  "a buffer cache that all CPUs share: a buffer is synchronised to a CPU when that CPU first uses it, or to all at once (B_KVABIO, bkvasync)",
		Params: []Param{
			{Name: "kvabio.global", Doc: "share of the buffers that do without B_KVABIO, 0 to 1", Kind: Float, Default: "0", Min: 0, Max: 1},
			{Name: "kvabio.pages", Doc: "pages of a buffer", Kind: Int, Default: "1", Min: 1, Max: 32},
			{Name: "kvabio.cached", Doc: "buffers of the cache for each CPU", Kind: Int, Default: "16", Min: 2, Max: 4096},
			{Name: "kvabio.blocks", Doc: "blocks on the disk for each CPU; more than are cached", Kind: Int, Default: "24", Min: 3, Max: 65536},
			{Name: "kvabio.read", Doc: "cycles of a read from the disk, asleep with the mapping", Kind: Int, Default: "100000", Min: 0, Max: 1e12},
			{Name: "kvabio.bytes", Doc: "bytes copied from each page at each use", Kind: Int, Default: "512", Min: 0, Max: 4096},
			{Name: "kvabio.gap", Doc: "cycles of other work between uses, on average", Kind: Int, Default: "1000", Min: 0, Max: 1e9},
			gapParam("kvabio"),
		},
		Aside: true,
		Check: evicts("kvabio", "nothing is ever recycled: choose more blocks than are cached"),
		Needs: func(c *Cell) Needs {
			return Needs{Moves: true, AnyOrder: true, Sleeps: c.int("kvabio.read") > 0, Pages: c.int("kvabio.pages")}
		},
		Setup: func(cell *Cell) (Body, error) {
			n := cell.Machine.NCPU()
			b := &bufferCache{
				global: cell.float("kvabio.global"), pages: cell.int("kvabio.pages"), bytes: cell.int("kvabio.bytes"),
				most: n * cell.int("kvabio.cached"), blocks: n * cell.int("kvabio.blocks"), running: n,
				read: cell.cycles("kvabio.read"), gap: cell.cycles("kvabio.gap"),
			}
			b.first = cell.Machine.AddPages(b.blocks * b.pages)
			return b.body, nil
		},
	}
}

// bufferCache is the cache of the machine. gate guards what CPUs share.
type bufferCache struct {
	global                      float64
	pages, bytes, blocks, first int
	read, gap                   mmu.Cycles
	most                        int

	gate    smp.Gate
	buffers []*diskBuffer // least recently used first
	running int           // CPUs with operations left
}

// diskBuffer is a struct buf. Its user, alone, has the handle.
type diskBuffer struct {
	block  int
	locked bool
	h      *Handle
}

func (b *bufferCache) body(e *Env) error {
	for e.Next() {
		buf, victim := b.getblk(e)
		if victim != nil {
			e.Free(victim)
		}
		h, err := b.mapBlock(e, buf.block)
		if err != nil {
			return err
		}
		if b.read > 0 {
			e.Idle(b.read)
		}
		e.Copy(h, b.bytes, false)
		e.CPU().Enter(&b.gate)
		buf.h, buf.locked = h, false
		e.CPU().Leave(&b.gate)
	}
	return b.end(e)
}

// getblk uses cached blocks until it draws one that is not cached, and returns a locked buffer for it. victim is the mapping
// that it had, or nil. A block that another CPU has locked is passed over: the thread would sleep, and another run.
func (b *bufferCache) getblk(e *Env) (buf *diskBuffer, victim *Handle) {
	for {
		e.Gap(b.gap)
		block := e.Rand().IntN(b.blocks)
		e.CPU().Enter(&b.gate)
		i := slices.IndexFunc(b.buffers, func(x *diskBuffer) bool { return x.block == block })
		if i < 0 {
			if buf, victim = b.recycle(block); buf != nil {
				e.CPU().Leave(&b.gate)
				return buf, victim
			}
		}
		if i < 0 || b.buffers[i].locked {
			e.CPU().Leave(&b.gate)
			continue
		}
		buf = b.lock(i)
		e.CPU().Leave(&b.gate)
		e.Copy(buf.h, b.bytes, false) // bkvasync
		e.CPU().Enter(&b.gate)
		buf.locked = false
		e.CPU().Leave(&b.gate)
	}
}

// recycle returns a locked buffer for a block: a new one, or the least recently used one that nobody has locked, with its
// mapping; nil if all are locked.
func (b *bufferCache) recycle(block int) (buf *diskBuffer, victim *Handle) {
	if len(b.buffers) < b.most {
		buf = &diskBuffer{block: block, locked: true}
		b.buffers = append(b.buffers, buf)
		return buf, nil
	}
	i := slices.IndexFunc(b.buffers, func(x *diskBuffer) bool { return !x.locked })
	if i < 0 {
		return nil, nil
	}
	buf = b.lock(i)
	victim, buf.h, buf.block = buf.h, nil, block
	return buf, victim
}

// lock locks buffer i and makes it the most recently used one.
func (b *bufferCache) lock(i int) *diskBuffer {
	buf := b.buffers[i]
	copy(b.buffers[i:], b.buffers[i+1:])
	b.buffers[len(b.buffers)-1] = buf
	buf.locked = true
	return buf
}

// mapBlock maps a block on this CPU, and makes some of the buffers valid on all.
func (b *bufferCache) mapBlock(e *Env, block int) (h *Handle, err error) {
	h, err = e.AllocPages(e.cell.Machine.AppendPages(nil, b.first+block*b.pages, b.pages), 0)
	if err == nil && e.Rand().Float64() < b.global {
		e.SetGlobal(h)
	}
	return h, err
}

// end lets the last CPU free the cache.
func (b *bufferCache) end(e *Env) error {
	e.CPU().Enter(&b.gate)
	b.running--
	last := b.running == 0
	e.CPU().Leave(&b.gate)
	if !last {
		return nil
	}
	for _, buf := range b.buffers {
		e.Free(buf.h)
	}
	return nil
}

// SetGlobal makes a mapping valid on all CPUs at once, if the design has a call for that (allocators.Globaler).
func (e *Env) SetGlobal(h *Handle) {
	k, ok := e.cell.Alloc.(allocators.Globaler)
	if !ok {
		return
	}
	start := e.now(h.timed)
	k.SetGlobal(e.cpu, h.buf.Buf)
	h.spent += e.now(h.timed) - start
}
