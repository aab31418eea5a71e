package record

import "testing"

// TestLack: what is missing is said in the singular and in the plural.
func TestLack(t *testing.T) {
	for _, k := range []struct {
		lack Lack
		want string
	}{
		{Lack{Cells: 12, Of: 788}, "12 of 788 cells have not run"},
		{Lack{Of: 2, Again: make([]Key, 1)}, "1 cell that decides who wins has not run again"},
		{Lack{Cells: 2, Of: 4, Again: make([]Key, 3)}, "2 of 4 cells have not run, and 3 cells that decide who wins have not run again"},
	} {
		if got := k.lack.String(); got != k.want {
			t.Errorf("%q, want %q", got, k.want)
		}
	}
}
