package workload

// residents holds the pages of traced disks that one CPU has in memory: the most recently used ones.
type residents struct {
	most  int
	next  int // first page of the machine that has not been used yet
	pages *lru[tracedKey, int32]

	hits, touched int
}

// tracedKey is a page of a disk.
type tracedKey struct {
	disk uint32
	page int64
}

// newResidents keeps most pages of the machine, starting at first.
func newResidents(first, most int) *residents {
	return &residents{most: most, next: first, pages: newLRU[tracedKey, int32]()}
}

// touch returns the machine's page for the page of a disk, and whether it was resident.
func (r *residents) touch(disk uint32, at int64) (page int, resident bool) {
	r.touched++
	held, resident := r.pages.use(tracedKey{disk, at})
	switch {
	case resident:
		r.hits++
	case r.pages.len() <= r.most:
		*held = int32(r.next)
		r.next++
	default:
		*held = r.pages.drop()
	}
	return int(*held), resident
}
