package instrument

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Build builds the program with instrumented designs in dir, from the source tree at root with the files of changed,
// and returns its path. The error has the first line of the go command's output.
// Without debug information (-s -w) a build takes a third less.
func Build(ctx context.Context, root, dir string, changed map[string]string) (bin string, err error) {
	files, err := Overlay(ctx, root, changed)
	if err != nil {
		return "", fmt.Errorf("does not build: %w", err)
	}
	over, err := Write(root, dir, files)
	if err != nil {
		return "", err
	}
	bin = filepath.Join(dir, "lwbench.exe") // required on Windows, harmless elsewhere
	return bin, tool(ctx, root, dir, "build", "-buildvcs=false", "-pgo=off", "-ldflags=-s -w", "-overlay", over, "-o", bin, "./cmd/lwbench")
}

// signalled is how much later this program may see a ^C than the go command, which gets it too.
const signalled = 100 * time.Millisecond

// tool runs go in root. The error has the first line of go's output, without the names of packages and of the
// overlay's folder.
func tool(ctx context.Context, root, dir string, args ...string) error {
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir = root
	c.Env = append(os.Environ(), "GOTMPDIR="+dir) // files of an interrupted go command are deleted with the folder
	out, err := c.CombinedOutput()
	if err == nil {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(signalled):
	}
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "#") {
			return fmt.Errorf("does not build: %s", strings.TrimSpace(strings.ReplaceAll(line, dir+string(filepath.Separator), "")))
		}
	}
	return fmt.Errorf("does not build: %w", err)
}
