package ops

import (
	"slices"

	"lwbench/allocators/handle"
)

// Live is a buffer that a trace has allocated and not freed.
type Live struct {
	handle.Handle
	line int // of its alloc
	refs int // beyond the first
	// global: any CPU uses its address without asking.
	global bool
	freed  bool
	home   int // the CPU that allocated it
}

// Freed reports whether its last free has begun.
func (b *Live) Freed() bool { return b.freed }

// live is a session's buffers by name. A short run has few, and finds them faster in a list than in a map.
type live struct {
	few  []named
	more map[string]*Live // beyond maxFew
}

const maxFew = 8

// named is a buffer and its name.
type named struct {
	name string
	*Live
}

func (l *live) len() int { return len(l.few) + len(l.more) }

// find returns the place of a name in few, or -1.
func (l *live) find(name string) int {
	for i := range l.few {
		if l.few[i].name == name {
			return i
		}
	}
	return -1
}

// get returns the buffer of that name, or nil.
func (l *live) get(name string) *Live {
	if i := l.find(name); i >= 0 {
		return l.few[i].Live
	}
	return l.more[name]
}

// add adds a buffer, whose name is new.
func (l *live) add(name string, b *Live) {
	switch {
	case len(l.few) < maxFew:
		l.few = append(l.few, named{name, b})
	case l.more == nil:
		l.more = map[string]*Live{name: b}
	default:
		l.more[name] = b
	}
}

// remove removes the buffer of that name.
func (l *live) remove(name string) {
	i, last := l.find(name), len(l.few)-1
	if i < 0 {
		delete(l.more, name)
		return
	}
	l.few[i], l.few[last] = l.few[last], named{}
	l.few = l.few[:last]
}

// clear removes all.
func (l *live) clear() {
	clear(l.few)
	l.few = l.few[:0]
	clear(l.more)
}

// names returns the names in alphabetical order.
func (l *live) names() (list []string) {
	for i := range l.few {
		list = append(list, l.few[i].name)
	}
	for name := range l.more {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
