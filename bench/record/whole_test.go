package record

import (
	"os"
	"path/filepath"
	"testing"
)

// A file is written whole: a failure leaves the old one and nothing beside it.
func TestWriteWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	for _, text := range []string{"old", "new"} {
		if err := WriteWhole(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "new" {
		t.Errorf("got %q, %v", got, err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("%d files beside it, %v", len(list)-1, err)
	}
	if err := WriteWhole(filepath.Join(dir, "no", "report.html"), nil); err == nil {
		t.Error("a folder that is not there was written to")
	}
}
