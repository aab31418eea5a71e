package record

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestWords: Words reads what Command writes, and nothing else.
func TestWords(t *testing.T) {
	words := []string{"sweep", "--set", "sfbuf.nsfbufs=16,64", "my log.gz", "", "it's", "$HOME", "a\nb\t\\'c", `a"b` + "\x7f", "naïve", "*", "#", "~"}
	if got, ok := Words(Command(words...)); !ok || !slices.Equal(got, words) {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{"", "lwbench", "rm -rf x", "lwbench 'a", "lwbench $'a", `lwbench $'\'`, "lwbench $HOME", `lwbench a\b`} {
		if got, ok := Words(bad); ok {
			t.Errorf("%q is read as %q", bad, got)
		}
	}
}

func TestCommandIsReadBack(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	words := []string{"sweep", "--set", "sfbuf.nsfbufs=16,64", "my log.gz", "", "it's", "$HOME", "a\nb\t\\'c", "naïve", "*", "#", "~"}
	line := Command(words...)
	if strings.ContainsAny(line, "\n\t") {
		t.Errorf("%q is not one line", line)
	}
	out, err := exec.Command(bash, "-c", `lwbench() { printf '%s\0' "$@"; }; `+line).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(got, words) {
		t.Errorf("%s\nis read as %q", line, got)
	}
}

func TestCommandLeavesPlainWordsBare(t *testing.T) {
	if got := Command("sweep", "--cpus", "1,2-8:4", "--set", "lwbuf-rbtree.max=0,16"); got != "lwbench sweep --cpus 1,2-8:4 --set lwbuf-rbtree.max=0,16" {
		t.Error(got)
	}
}
