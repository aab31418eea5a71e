package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lwbench/internal/testsize"
)

// gridArgs is a sweep of a few dozen cells, some of which run again.
var gridArgs = []string{"sweep", "--alloc", "sfbuf,lwbuf-rbtree,lwbuf", "--workload", "sendfile,pipe,stray", "--cpus", "1,2,8"}

// program is a lwbench in a folder.
func program(dir string, args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Args[0], c.Dir = "lwbench", dir
	return c
}

// whole returns the result of the grid in one run.
func whole(t *testing.T, dir string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a grid several times")
	}
	if out, err := program(dir, append(gridArgs, "-o", "whole.txt")...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(filepath.Join(dir, "whole.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestKilledAnywhere: shards that are killed with SIGKILL at random moments, two programs at each of them, and run again until
// they are complete, merge to the bytes of one run; also by two merges at once.
func TestKilledAnywhere(t *testing.T) {
	dir := t.TempDir()
	want := whole(t, dir)
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1)) // any moment will do
	const shards = 3
	var kills int
	for k := 1; k <= shards; k++ {
		args := append(gridArgs, "-o", "out.txt", "--jobs", "1", "--shard", fmt.Sprintf("%d/%d", k, shards), "--cache", "cache")
		for range testsize.Choose(2, 2, 12) {
			var pair [2]*exec.Cmd
			for i := range pair {
				pair[i] = program(dir, args...)
				if err := pair[i].Start(); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(time.Duration(10+random.IntN(300)) * time.Millisecond)
			for _, c := range pair {
				_ = c.Process.Kill()
				if err := c.Wait(); err != nil {
					kills++
				}
			}
		}
		if out, err := program(dir, args...).CombinedOutput(); err != nil {
			t.Fatalf("shard %d: %v\n%s", k, err, out)
		}
	}
	if kills == 0 {
		t.Error("every shard was complete before it was killed: nothing was tried")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "out.txt.*"))
	if len(files) != shards {
		t.Errorf("left: %v", files)
	}
	if err := os.WriteFile(filepath.Join(dir, "out.txt"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			args := []string{"merge", "out.txt"}
			for _, f := range files {
				args = append(args, filepath.Base(f))
			}
			if out, err := program(dir, args...).CombinedOutput(); err != nil {
				t.Errorf("merge: %v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	if got, err := os.ReadFile(filepath.Join(dir, "out.txt")); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v: %d bytes merged, %d in one run", err, len(got), len(want))
	}
	if old, err := os.ReadFile(filepath.Join(dir, "out.txt.~1~")); err != nil || string(old) != "old" {
		t.Errorf("what was there: %q, %v", old, err)
	}
	if kept, _ := filepath.Glob(filepath.Join(dir, "out.txt.~*")); len(kept) != 1 {
		t.Errorf("kept: %v", kept)
	}
}

// TestEndedCellsStay: whatever ends a sweep, and however often, the cells that have ended are in its file, also those whose
// predecessors in the list still run; report reads the file, and the same command with --resume makes the bytes of one run.
func TestEndedCellsStay(t *testing.T) {
	dir := t.TempDir()
	want := whole(t, dir)
	path := filepath.Join(dir, "out.txt")
	names := func(data []byte) (list []string) {
		for _, line := range strings.Split(string(data), "\n") {
			if name, _, ok := strings.Cut(line, " "); ok && strings.HasPrefix(name, "Benchmark") {
				list = append(list, name)
			}
		}
		return list
	}
	for signal, status := range map[os.Signal]int{syscall.SIGKILL: -1, syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		_ = os.Remove(path)
		for round := range 2 {
			c := program(dir, append(gridArgs, "-o", "out.txt", "--resume", "--jobs", "2")...)
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			var before []byte
			for range 3000 { // until two more cells have ended
				if before, _ = os.ReadFile(path); len(names(before)) > 2*round+1 {
					break
				}
				time.Sleep(time.Millisecond)
			}
			_ = c.Process.Signal(signal)
			if err := c.Wait(); err == nil {
				t.Fatalf("%v: it was complete before", signal)
			}
			if got := c.ProcessState.ExitCode(); got != status {
				t.Errorf("%v: exit status %d, want %d", signal, got, status)
			}
			left, _ := os.ReadFile(path)
			if !bytes.HasPrefix(left, before[:bytes.LastIndexByte(before, '\n')+1]) || len(names(left)) < 2 {
				t.Errorf("%v: there were\n%s\nand are\n%s", signal, before, left)
			}
			if names(left)[0] == names(want)[0] {
				t.Errorf("%v: the first cell of the list, which runs last, is the first of the file: the others waited for it", signal)
			}
			out, err := both(program(dir, "report", "out.txt", "--format", "md"))
			if err != nil || !strings.Contains(out, "out.txt is not complete") {
				t.Errorf("%v: report: %v: %s", signal, err, out)
			}
		}
		out, err := both(program(dir, append(gridArgs, "-o", "out.txt", "--resume")...))
		if got, _ := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%v: %v: %s\n%d bytes, %d in one run", signal, err, out, len(got), len(want))
		}
	}
}

// smallDisk returns how to run a program with a file system of that size in the folder "disk" of dir; what is left there is then in
// "copy".
func smallDisk(t *testing.T, dir string) func(size string, args ...string) (string, error) {
	t.Helper()
	const inside = `mount -t tmpfs -o size=$1 none disk && shift && "$@"; status=$?; cp -a disk/. copy/; exit $status`
	small := func(size string, args ...string) (string, error) {
		words := append([]string{"-rm", "sh", "-c", inside, "sh", size}, args...)
		c := exec.Command("unshare", words...)
		c.Dir = dir
		out, err := c.CombinedOutput()
		return string(out), err
	}
	for _, name := range []string{"disk", "copy"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := small("64k", "true"); err != nil {
		t.Skipf("no small file system: %v: %s", err, out)
	}
	return small
}

// TestFullDisk: on a full disk a shard, a cache and a merge fail with one line that says so; what was there is whole, and with
// room again they go on to the same bytes.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	small := smallDisk(t, dir)
	want := whole(t, dir)
	link := filepath.Join(dir, "lwbench")
	if err := os.Symlink(os.Args[0], link); err != nil {
		t.Fatal(err)
	}
	lwbench := func(size string, args ...string) (string, error) {
		return small(size, append([]string{link}, args...)...)
	}
	full := func(what, out string, err error) {
		t.Helper()
		var status *exec.ExitError
		_, last, _ := strings.Cut("\n"+out, "\nlwbench: cannot ")
		if !errors.As(err, &status) || status.ExitCode() != exitFound || !strings.HasSuffix(last, ": no space left on device\n") || strings.Count(last, "\n") != 1 {
			t.Errorf("%s: %v: %s", what, err, out)
		}
	}
	out, err := lwbench("8k", append(gridArgs, "-o", "disk/s.txt")...)
	full("sweep", out, err)
	out, err = both(program(dir, append(gridArgs, "-o", "copy/s.txt", "--resume")...))
	if got, _ := os.ReadFile(filepath.Join(dir, "copy", "s.txt")); err != nil || !strings.Contains(out, "already in") || !bytes.Equal(got, want) {
		t.Errorf("the sweep continued: %v: %d bytes, want %d: %s", err, len(got), len(want), out)
	}
	if err := os.Remove(filepath.Join(dir, "copy", "s.txt")); err != nil {
		t.Fatal(err)
	}
	out, err = lwbench("8k", append(gridArgs, "-o", "disk/out.txt", "--shard", "1/1")...)
	full("shard", out, err)
	parts, _ := filepath.Glob(filepath.Join(dir, "copy", "out.txt.1-of-1.shard*"))
	if len(parts) != 1 || !strings.HasSuffix(parts[0], ".part") {
		t.Fatalf("left: %v", parts)
	}
	out, err = both(program(dir, append(gridArgs, "-o", "copy/out.txt", "--shard", "1/1")...))
	if err != nil || !strings.Contains(out, "already there") {
		t.Errorf("continued: %v: %s", err, out)
	}
	out, err = lwbench("8k", "merge", "disk/out.txt", "copy/out.txt.1-of-1.shard")
	full("merge", out, err)
	if strings.Contains(out, "cells in") {
		t.Errorf("the merge says that it has written: %s", out)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "copy", "*")); len(left) != 1 {
		t.Errorf("left by the merge: %v", left)
	}
	out, err = lwbench("40k", append(gridArgs, "-o", "x.txt", "--cache", "disk/cache")...)
	full("cache", out, err)
	out, err = both(program(dir, append(gridArgs, "-o", "y.txt", "--cache", "copy/cache")...))
	if err != nil || strings.Contains(out, " 0 of ") {
		t.Errorf("the cache again: %v: %s", err, out)
	}
	out, err = both(program(dir, "merge", "m.txt", "copy/out.txt.1-of-1.shard"))
	if err != nil {
		t.Errorf("merge: %v: %s", err, out)
	}
	for _, name := range []string{"y.txt", "m.txt"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v, %d bytes, want %d", name, err, len(got), len(want))
		}
	}
}

// both returns what a program prints, on stdout and stderr.
func both(c *exec.Cmd) (string, error) {
	out, err := c.CombinedOutput()
	return string(out), err
}
