package workload

import (
	"errors"
	"fmt"
	"slices"

	"lwbench/allocators"
	"lwbench/mmu"
)

// xfsbuf is how XFS maps its metadata buffers: a buffer of several pages is mapped when it is read (vm_map_ram), stays mapped
// while it is cached, and is unmapped when it is reclaimed. Each CPU works on blocks of its own and caches so many of them, the
// most recently used ones. An operation is the life of one mapping: the uses of a cached block between belong to none.
//
// Where nothing is free XFS drops all aliases, if the design can, and tries again twice (_xfs_buf_map_pages: vm_unmap_aliases);
// then the CPU frees its oldest buffer. One that has no buffer may sleep in Alloc: the others go on freeing theirs.
func xfsbuf() *Workload {
	return &Workload{
		Name: "xfsbuf",
		Doc:  "a cache of metadata buffers of several pages, each mapped from its read to its reclaim (XFS, vm_map_ram)",
		Params: []Param{
			{Name: "xfsbuf.pages", Doc: "pages of a buffer; XFS does not map one page", Kind: Int, Default: "4", Min: 2, Max: 16},
			{Name: "xfsbuf.cached", Doc: "buffers that a CPU keeps", Kind: Int, Default: "16", Min: 1, Max: 4096},
			{Name: "xfsbuf.blocks", Doc: "blocks that a CPU works on, all alike; more than it keeps", Kind: Int, Default: "64", Min: 2, Max: 65536},
			{Name: "xfsbuf.read", Doc: "cycles of a read from the disk, asleep with the mapping", Kind: Int, Default: "100000", Min: 0, Max: 1e12},
			{Name: "xfsbuf.bytes", Doc: "bytes read of each page at each use", Kind: Int, Default: "512", Min: 0, Max: 4096},
			{Name: "xfsbuf.gap", Doc: "cycles of other work between uses, on average", Kind: Int, Default: "1000", Min: 0, Max: 1e9},
			gapParam("xfsbuf"),
		},
		Aside: true,
		Check: evicts("xfsbuf", "nothing is ever reclaimed: choose more blocks than are kept"),
		Needs: func(c *Cell) Needs {
			return Needs{Sleeps: c.int("xfsbuf.read") > 0, AnyOrder: true, Pages: c.int("xfsbuf.pages")}
		},
		Setup: func(cell *Cell) (Body, error) {
			x := &metadata{
				cached: cell.int("xfsbuf.cached"), blocks: cell.int("xfsbuf.blocks"), bytes: cell.int("xfsbuf.bytes"),
				read: cell.cycles("xfsbuf.read"), gap: cell.cycles("xfsbuf.gap"),
			}
			n := cell.Machine.NCPU() * x.blocks
			pages := cell.int("xfsbuf.pages")
			first := cell.Machine.AddPages(n * pages)
			for i := range n {
				x.pages = append(x.pages, cell.Machine.AppendPages(nil, first+i*pages, pages))
			}
			return x.body, nil
		},
	}
}

// evicts returns the check that a cache of blocks is smaller than what it caches; otherwise is the error's last part.
func evicts(name, otherwise string) func(Values) error {
	return func(values Values) error {
		c := &Cell{Params: values}
		if keep, all := c.int(name+".cached"), c.int(name+".blocks"); keep >= all {
			return fmt.Errorf("%s.cached=%d with %s.blocks=%d: %s", name, keep, name, all, otherwise)
		}
		return nil
	}
}

type metadata struct {
	cached, blocks, bytes int
	read, gap             mmu.Cycles
	pages                 [][]*mmu.Page // of each block of each CPU
}

// buffer is a cached block.
type buffer struct {
	block int
	h     *Handle
}

func (x *metadata) body(e *Env) error {
	var cache []buffer // least recently used first
	for e.Next() {
		block := x.missing(e, cache)
		e.Gap(x.gap)
		if len(cache) == x.cached {
			cache = reclaim(e, cache)
		}
		h, err := x.mapBlock(e, block, len(cache) > 0)
		for errors.Is(err, allocators.ErrNoBuf) && len(cache) > 0 {
			cache = reclaim(e, cache)
			h, err = x.mapBlock(e, block, len(cache) > 0)
		}
		if err != nil {
			return err
		}
		if x.read > 0 {
			e.Idle(x.read)
		}
		e.Copy(h, x.bytes, false)
		cache = append(cache, buffer{block, h})
	}
	for len(cache) > 0 {
		cache = reclaim(e, cache)
	}
	return nil
}

// missing uses blocks until it comes to one that is not cached. It moves those that it uses to the end.
func (x *metadata) missing(e *Env, cache []buffer) (block int) {
	for {
		block = e.Rand().IntN(x.blocks)
		i := slices.IndexFunc(cache, func(b buffer) bool { return b.block == block })
		if i < 0 {
			return block
		}
		b := cache[i]
		copy(cache[i:], cache[i+1:])
		cache[len(cache)-1] = b
		e.Gap(x.gap)
		e.Copy(b.h, x.bytes, false)
	}
}

// mapBlock maps a block of this CPU. One that holds buffers does not wait.
func (x *metadata) mapBlock(e *Env, block int, holds bool) (*Handle, error) {
	flags := allocators.Flags(0)
	if holds {
		flags = allocators.NoWait
	}
	pages := x.pages[e.CPU().ID()*x.blocks+block]
	h, err := e.AllocPages(pages, flags)
	for retried := 0; retried < 2 && errors.Is(err, allocators.ErrNoBuf) && e.unmapsAliases(); retried++ {
		e.UnmapAliases()
		h, err = e.AllocPages(pages, flags)
	}
	return h, err
}

// reclaim frees the least recently used buffer.
func reclaim(e *Env, cache []buffer) []buffer {
	e.Free(cache[0].h)
	return slices.Delete(cache, 0, 1)
}
