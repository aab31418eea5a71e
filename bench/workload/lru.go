package workload

// lru maps keys to values and tracks which was used least recently. It keeps its entries in one slice without
// pointers, because it may hold half a million. Indexes are valid until the entry is dropped.
type lru[K comparable, V any] struct {
	index   map[K]int32
	entries []lruEntry[K, V]
	free    []int32 // dropped entries
	first   int32   // most recently used; -1 for none
	last    int32   // least recently used; -1 for none
}

type lruEntry[K comparable, V any] struct {
	key        K
	value      V
	prev, next int32 // towards first, towards last
}

func newLRU[K comparable, V any]() *lru[K, V] {
	return &lru[K, V]{index: make(map[K]int32), first: -1, last: -1}
}

// use returns the value of a key, or a zero value if it is new, and makes it the most recent. The pointer is valid
// until the next call.
func (l *lru[K, V]) use(key K) (value *V, known bool) {
	i, known := l.index[key]
	switch {
	case known:
		l.unlink(i)
	case len(l.free) > 0:
		i = l.free[len(l.free)-1]
		l.free = l.free[:len(l.free)-1]
	default:
		i = int32(len(l.entries))
		l.entries = append(l.entries, lruEntry[K, V]{})
	}
	e := &l.entries[i]
	if !known {
		*e = lruEntry[K, V]{key: key}
		l.index[key] = i
	}
	e.prev, e.next = -1, l.first
	if l.first >= 0 {
		l.entries[l.first].prev = i
	} else {
		l.last = i
	}
	l.first = i
	return &e.value, known
}

// drop removes the least recently used key and returns its value. There must be one.
func (l *lru[K, V]) drop() V {
	i := l.last
	value, key := l.entries[i].value, l.entries[i].key
	l.unlink(i)
	delete(l.index, key)
	l.entries[i] = lruEntry[K, V]{}
	l.free = append(l.free, i)
	return value
}

// len returns the number of keys.
func (l *lru[K, V]) len() int { return len(l.index) }

// unlink removes an entry from the list.
func (l *lru[K, V]) unlink(i int32) {
	e := &l.entries[i]
	if e.prev >= 0 {
		l.entries[e.prev].next = e.next
	} else {
		l.first = e.next
	}
	if e.next >= 0 {
		l.entries[e.next].prev = e.prev
	} else {
		l.last = e.prev
	}
}
