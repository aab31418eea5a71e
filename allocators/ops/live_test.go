package ops

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLive: the list and the map behind it are one map.
func TestLive(t *testing.T) {
	var l live
	r, want := rand.New(rand.NewPCG(1, 1)), map[string]*Live{}
	for range 3000 {
		name := fmt.Sprint("n", r.IntN(3*maxFew))
		switch b := l.get(name); {
		case b != want[name]:
			t.Fatal(name, b, want[name])
		case b != nil:
			l.remove(name)
			delete(want, name)
		default:
			b = new(Live)
			l.add(name, b)
			want[name] = b
		}
		if l.len() != len(want) || !slices.Equal(l.names(), slices.Sorted(maps.Keys(want))) {
			t.Fatal(l.names(), want)
		}
		if r.IntN(200) == 0 {
			l.clear()
			clear(want)
		}
	}
}
