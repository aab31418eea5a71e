package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"
)

func TestMessage(t *testing.T) {
	path := func(op string, err error) error { return &fs.PathError{Op: op, Path: "a/b", Err: err} }
	for want, err := range map[string]error{
		"cannot write the trace: a/b: permission denied": fmt.Errorf("cannot write the trace: %w", path("open", syscall.EACCES)),
		"cannot write a/b: permission denied":            fmt.Errorf("cannot write a/b: %w", path("open", syscall.EACCES)),
		"cannot write a/b: no space left on device":      fmt.Errorf("cannot write a/b: %w", path("write", os.NewSyscallError("copy_file_range", syscall.ENOSPC))),
		"cannot spool: a/b: no space left on device":     fmt.Errorf("cannot spool: %w", path("write", os.NewSyscallError("copy_file_range", syscall.ENOSPC))),
		"cannot write a/b: file exists":                  fmt.Errorf("cannot write a/b: %w", &os.LinkError{Op: "rename", Old: "a/.x", New: "a/b", Err: syscall.EEXIST}),
		"cannot read the file: is: is a directory":       fmt.Errorf("cannot read the file: %w", &fs.PathError{Op: "read", Path: "is", Err: syscall.EISDIR}),
		"is: cannot read it: is a directory":             fmt.Errorf("is: cannot read it: %w", &fs.PathError{Op: "read", Path: "is", Err: syscall.EISDIR}),
		"one; two: file exists":                          errors.Join(errors.New("one"), fmt.Errorf("two: %w", os.NewSyscallError("bind", syscall.EEXIST))),
	} {
		if got := message(usage(err)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
