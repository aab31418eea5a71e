package mutants

import (
	"context"
	"os"
	"path/filepath"

	"lwbench/check/instrument"
)

// builder builds the program of a mutant in dir, from the source tree at root, and returns its path.
type builder func(ctx context.Context, root, dir string, m *Mutant) (bin string, err error)

// build is the builder that compiles the program, with instrumented designs.
func build(ctx context.Context, root, dir string, m *Mutant) (bin string, err error) {
	changed, err := m.applyTo(root)
	if err != nil {
		return "", err
	}
	return instrument.Build(ctx, root, dir, changed)
}

// applyTo is Apply to the files of the source tree at root, which stay as they are.
func (m *Mutant) applyTo(root string) (map[string]string, error) {
	return m.Apply(func(path string) (string, error) {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		return string(text), err
	})
}
