package mutants

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrNoTree is the error if mutants cannot be built here.
var ErrNoTree = errors.New("check builds a program from source for this: run it in lwbench's source tree with go in the path")

// Tree returns the root of lwbench's source tree that contains dir. The error is ErrNoTree, also if there is no go
// command.
func Tree(dir string) (root string, err error) {
	if _, err := exec.LookPath("go"); err != nil {
		return "", ErrNoTree
	}
	for at, err := filepath.Abs(dir); err == nil; at = filepath.Dir(at) {
		text, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module lwbench\n") {
			return at, nil
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	return "", ErrNoTree
}
