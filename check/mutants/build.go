package mutants

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// overlay writes the files that m changes into dir, and beside them the file for go's -overlay, whose name it returns.
func overlay(root, dir string, m *Mutant) (string, error) {
	files, err := m.Apply(func(path string) (string, error) {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		return string(text), err
	})
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for path, text := range files {
		to := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return "", err
		}
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(root, filepath.FromSlash(path))] = to
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, text, 0o600)
}

// build makes the program of a mutant in dir, and returns where it is.
func build(ctx context.Context, root, dir string, m *Mutant) (bin string, err error) {
	over, err := overlay(root, dir, m)
	if err != nil {
		return "", err
	}
	bin = filepath.Join(dir, "lwbench.exe") // Windows wants the end, others take it
	return bin, tool(ctx, root, dir, "build", "-buildvcs=false", "-pgo=off", "-overlay", over, "-o", bin, "./cmd/lwbench")
}

// tool runs go in root. The error has the first line that go complains with, the names of packages and of the overlay's
// folder left out.
func tool(ctx context.Context, root, dir string, args ...string) error {
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir = root
	c.Env = append(os.Environ(), "GOTMPDIR="+dir) // what an interrupted go leaves behind goes with the folder
	out, err := c.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		return nil
	}
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "#") {
			return fmt.Errorf("does not build: %s", strings.TrimSpace(strings.ReplaceAll(line, dir+string(filepath.Separator), "")))
		}
	}
	return fmt.Errorf("does not build: %w", err)
}
