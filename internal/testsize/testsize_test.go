package testsize

import "testing"

func TestChoose(t *testing.T) {
	for value, want := range map[string]string{"": "normal", "full": "full", "yes": "normal"} {
		t.Setenv(Variable, value)
		if testing.Short() {
			want = "short"
		}
		if got := Choose("short", "normal", "full"); got != want {
			t.Errorf("%s=%q: %s, want %s", Variable, value, got, want)
		}
	}
}
