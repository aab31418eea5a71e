package workload

import (
	"hash/fnv"
	"slices"

	"lwbench/mmu"
)

// fileCache holds the pages of files, like a page cache: each path has its own pages, as many as its largest answer
// so far. It holds at most a given number of pages; then the least recently sent file gives up its pages.
type fileCache struct {
	m    *mmu.Machine
	most int // limit of pages, and of files
	held int // pages of files
	free []int32
	byID *lru[uint64, []int32] // pages of a file, by a hash of its path: a log may name millions

	files   int // paths seen; a path that returns after losing its pages counts again
	longest int // pages of the longest file
	evicted int // files that gave up their pages
}

func newFileCache(m *mmu.Machine, most int) *fileCache {
	return &fileCache{m: m, most: most, byID: newLRU[uint64, []int32]()}
}

// file returns the pages of a file, at least n of them if the cache has room for one file of that size.
func (c *fileCache) file(path []byte, n int) []int32 {
	h := fnv.New64a()
	_, _ = h.Write(path)
	pages, known := c.byID.use(h.Sum64())
	if !known {
		c.files++
	}
	grow := min(n, c.most) - len(*pages)
	for c.byID.len() > 1 && (c.held+max(grow, 0) > c.most || c.byID.len() > c.most) {
		given := c.byID.drop()
		c.free = append(c.free, given...)
		c.held -= len(given)
		c.evicted++
	}
	if grow > 0 {
		*pages = append(slices.Clip(*pages), c.take(grow)...)
		c.longest = max(c.longest, len(*pages))
	}
	return *pages
}

// take returns n pages, previously used ones first.
func (c *fileCache) take(n int) []int32 {
	c.held += n
	reused := min(n, len(c.free))
	pages := slices.Clone(c.free[len(c.free)-reused:])
	c.free = c.free[:len(c.free)-reused]
	if n -= reused; n > 0 {
		first := c.m.AddPages(n)
		for i := range n {
			pages = append(pages, int32(first+i))
		}
	}
	return pages
}
