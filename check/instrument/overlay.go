package instrument

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Module is the path of the module whose designs are rewritten.
const Module = "lwbench"

// left are the folders below allocators without a design.
var left = []string{"all", "alloctest", "handle", "ops", "testdata"}

// Overlay rewrites all designs of the source tree at root and returns the files of an overlay: for each path below
// root, slash-separated, its new text. changed, which may be nil, has files that already differ from those of the
// tree. The go command must be in the path. An error names the file that cannot be rewritten.
func Overlay(ctx context.Context, root string, changed map[string]string) (map[string]string, error) {
	out := map[string]string{}
	maps.Copy(out, changed)
	dirs, err := designs(root)
	if err != nil || len(dirs) == 0 {
		return out, err
	}
	exports, err := exportData(ctx, root)
	if err != nil {
		return nil, err
	}
	out[switchFile] = switchText
	// A package sees the export data of the packages that it imports, built from the original sources: rewriting
	// changes no signature, and a mutant that did would have to change all callers in the same file.
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", func(pkg string) (io.ReadCloser, error) {
		if exports[pkg] == "" {
			return nil, fmt.Errorf("no export data of %s", pkg)
		}
		return os.Open(exports[pkg])
	})
	for _, dir := range dirs {
		p, err := load(root, dir, fset, changed)
		if err != nil {
			return nil, err
		}
		if err := p.check(imp); err != nil {
			return nil, err
		}
		maps.Copy(out, p.rewrite())
	}
	return out, nil
}

// switchFile tells the program whether it is instrumented.
const (
	switchFile = "mmu/smp/instrumented.go"
	switchText = "package smp\n\n// Instrumented reports whether the designs of this program report their accesses.\nconst Instrumented = CanInstrument\n"
)

// designs returns the folders of designs, slash-separated, sorted.
func designs(root string) (dirs []string, err error) {
	entries, err := os.ReadDir(filepath.Join(root, "allocators"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // a tree without designs
	}
	if err != nil {
		return nil, fmt.Errorf("cannot find the designs: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(left, e.Name()) {
			dirs = append(dirs, path.Join("allocators", e.Name()))
		}
	}
	return dirs, nil
}

// exportData returns the files with the types of all packages that designs may import.
func exportData(ctx context.Context, root string) (map[string]string, error) {
	c := exec.CommandContext(ctx, "go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "./allocators/...")
	c.Dir = root
	out, err := c.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			line, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
			err = errors.New(line)
		}
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		pkg, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[pkg] = file
	}
	return exports, nil
}

// Write writes the files of an overlay into dir, and with them the file for the go command's -overlay, whose name it
// returns.
func Write(root, dir string, files map[string]string) (overlay string, err error) {
	replace := map[string]string{}
	for name, text := range files {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return "", err
		}
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(root, filepath.FromSlash(name))] = to
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}
