package workload

import (
	"container/list"
	"hash/fnv"
	"slices"

	"lwbench/mmu"
)

// fileCache holds the pages of files, as a page cache does: each path has pages of its own, as many as its largest
// answer so far. It holds at most a given number of pages; then the file that was sent least recently gives up its own.
type fileCache struct {
	m      *mmu.Machine
	most   int // pages
	held   int // pages of files
	free   []int32
	byPath map[[16]byte]*list.Element
	recent list.List // of *cachedFile, most recent first

	files   int // paths seen, those that come back after losing their pages counted again
	longest int // pages of the longest file
	evicted int // files that gave up their pages
}

// cachedFile is one path, known by a hash of 128 bits: a log may name millions.
type cachedFile struct {
	key   [16]byte
	pages []int32
}

func newFileCache(m *mmu.Machine, most int) *fileCache {
	return &fileCache{m: m, most: most, byPath: make(map[[16]byte]*list.Element)}
}

// file returns the pages of a file, at least n of them as far as the cache has room for one file of that size.
func (c *fileCache) file(path []byte, n int) []int32 {
	h := fnv.New128a()
	_, _ = h.Write(path)
	key := [16]byte(h.Sum(nil))
	at := c.byPath[key]
	if at == nil {
		at = c.recent.PushFront(&cachedFile{key: key})
		c.byPath[key] = at
		c.files++
	} else {
		c.recent.MoveToFront(at)
	}
	f := at.Value.(*cachedFile)
	if grow := min(n, c.most) - len(f.pages); grow > 0 {
		c.makeRoom(grow, at)
		f.pages = append(slices.Clip(f.pages), c.take(grow)...)
		c.longest = max(c.longest, len(f.pages))
	}
	return f.pages
}

// makeRoom takes pages from the files sent least recently, keep apart, until n more fit.
func (c *fileCache) makeRoom(n int, keep *list.Element) {
	for c.held+n > c.most || len(c.byPath) > c.most {
		last := c.recent.Back()
		if last == keep {
			return
		}
		f := last.Value.(*cachedFile)
		c.recent.Remove(last)
		delete(c.byPath, f.key)
		c.free = append(c.free, f.pages...)
		c.held -= len(f.pages)
		c.evicted++
	}
}

// take returns n pages, used ones first.
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
