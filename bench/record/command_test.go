package record

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

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
