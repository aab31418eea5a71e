package mutants

import (
	"context"
	"os"
	"path/filepath"

	"lwbench/check/instrument"
)

// build builds the program of a mutant in dir, with instrumented designs, and returns its path.
func build(ctx context.Context, root, dir string, m *Mutant) (bin string, err error) {
	changed, err := m.Apply(func(path string) (string, error) {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		return string(text), err
	})
	if err != nil {
		return "", err
	}
	return instrument.Build(ctx, root, dir, changed)
}
