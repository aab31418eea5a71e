package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lwbench/bench/record"
)

// resultsFolder holds the files that no flag names. It is made.
const resultsFolder = "results"

// outFile checks, before anything runs, the path of a file that is to be written. Its folder must exist.
func outFile(path string) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("cannot write %s: %s", path, fmt.Sprintf(format, args...))
	}
	if path == "" {
		return errors.New(`cannot write "": expected the name of a file`)
	}
	dir := filepath.Dir(path)
	switch st, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return fail("there is no folder %s: make it first", dir)
	case err != nil:
		return fail("%v", record.Cause(err))
	case !st.IsDir():
		return fail("%s is not a folder", dir)
	}
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return fail("it is a folder: give the name of a file")
	}
	return nil
}

// outFileOrStdout is outFile where "-" is stdout and "" is no file.
func outFileOrStdout(path string) error {
	if path == "" || path == "-" {
		return nil
	}
	return outFile(path)
}

// outFolder makes a folder that a flag names; "" is none.
func outFolder(path string) error {
	if path == "" {
		return nil
	}
	if st, err := os.Stat(path); err == nil && !st.IsDir() {
		return fmt.Errorf("cannot make the folder %s: a file has this name", path)
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return fmt.Errorf("cannot make the folder %s: %w", path, record.Cause(err))
	}
	return nil
}
