// Package browser opens a page from disk in a headless Chromium, for tests of what we write for browsers: the flame graph,
// the report. Find reports whether one is installed; DOM returns the page after its scripts have run; Screenshot is
// what a reader sees. .ci/run installs Debian's chromium where it may; a test without one skips and says why.
package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Need skips a test that needs a browser where there is none, and under "go test -short": a browser takes a second to
// start.
func Need(t testing.TB) {
	if testing.Short() {
		t.Skip("a browser takes a second to start")
	}
	if _, err := Find(); err != nil {
		t.Skip(err)
	}
}

// names are what a Chromium is called, most wanted first.
var names = []string{"chromium", "chromium-browser", "google-chrome", "headless_shell"}

// patience is how long a page may take on a loaded machine.
const patience = 10 * time.Minute

// Find returns the path of the browser. The error says what is missing.
func Find() (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no chromium here (Debian: apt-get install chromium)")
}

// DOM opens the file and returns its document as HTML, after its scripts have run.
func DOM(page string) (string, error) {
	out, err := run(page, 1400, 800, "--dump-dom")
	return string(out), err
}

// Screenshot opens the file in a window of that size and returns what it shows, as the bytes of a PNG and decoded.
func Screenshot(page string, width, height int) ([]byte, image.Image, error) {
	dir, err := os.MkdirTemp("", "lwbench-shot")
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	name := filepath.Join(dir, "shot.png")
	if _, err := run(page, width, height, "--screenshot="+name, "--hide-scrollbars"); err != nil {
		return nil, nil, err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, nil, fmt.Errorf("chromium took no screenshot: %w", err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	return data, img, err
}

// run starts a browser with a profile of its own and no network, and returns what it prints.
func run(page string, width, height int, args ...string) ([]byte, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	if page, err = filepath.Abs(page); err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp("", "lwbench-chromium")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(home) }()
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	args = append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--user-data-dir=" + home,
		"--virtual-time-budget=5000", fmt.Sprintf("--window-size=%d,%d", width, height),
	}, append(args, "file://"+page)...)
	c := exec.CommandContext(ctx, path, args...)
	var out, talk bytes.Buffer
	c.Stdout, c.Stderr, c.WaitDelay = &out, &talk, 5*time.Second
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w: %.300s", path, err, talk.String())
	}
	return out.Bytes(), nil
}
