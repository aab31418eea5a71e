package reuse

import "testing"

// TestKept: what is made is new each time, in the memory of the time before where that is of the same type.
func TestKept(t *testing.T) {
	var k Kept
	a, b := New(&k, 1), New(&k, 1)
	s := Slice[int](&k, 3)
	if *a = 7; *b != 1 || len(s) != 3 {
		t.Error(*b, s)
	}
	s[2] = 9
	k.Again()
	c, other := New(&k, 2), New(&k, "other")
	r := Slice[int](&k, 3)
	if c != a || *c != 2 || *other != "other" || &r[0] != &s[0] || r[2] != 0 {
		t.Error(*c, *other, r)
	}
	if more := Slice[int](&k, 300); len(more) != 300 || more[299] != 0 || *c != 2 {
		t.Error(len(more), *c)
	}
	k.Again()
	for _, a := range []string{"x", "y", "y"} {
		if k.Again(); Text(&k, a, "z") != a+"z" {
			t.Error(a)
		}
	}
	if n := testing.AllocsPerRun(10, func() { k.Again(); New(&k, 3); New(&k, "text"); Text(&k, "a", "b"); Slice[int](&k, 2) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
