package workload

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestLRU compares with a slice, least recent first.
func TestLRU(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, want, values := newLRU[int, int](), []int(nil), make(map[int]int)
		for i := range rapid.IntRange(0, 60).Draw(t, "steps") {
			if len(want) > 0 && rapid.Bool().Draw(t, "drop") {
				if got := l.drop(); got != values[want[0]] {
					t.Fatalf("dropped %d, want %d", got, values[want[0]])
				}
				delete(values, want[0])
				want = want[1:]
				continue
			}
			key := rapid.IntRange(0, 9).Draw(t, "key")
			v, known := l.use(key)
			if _, there := values[key]; there != known || *v != values[key] {
				t.Fatalf("key %d: %d, %t; want %d, %t", key, *v, known, values[key], there)
			}
			*v, values[key] = i+1, i+1
			want = append(slices.DeleteFunc(want, func(k int) bool { return k == key }), key)
		}
		if l.len() != len(want) {
			t.Fatalf("%d keys, want %d", l.len(), len(want))
		}
	})
}
