package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lwbench/bench/record"
)

// helpKept ends the help of each flag that names a file to write.
const helpKept = "; an earlier FILE becomes FILE.~1~"

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

// writeFile writes a file that a flag names, whole or not at all. The rule of every command: an earlier file of other
// contents gets the name FILE.~N~; one of the same contents stays. Stderr says both. "-" is stdout.
func writeFile(c *cobra.Command, path string, data []byte) error {
	w, done, err := stream(c, path)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return done(err)
}

// stream begins a file as writeFile writes it, for contents that come in pieces. done puts the file in its place if err
// is nil, and leaves nothing otherwise. "-" is stdout.
func stream(c *cobra.Command, path string) (w io.Writer, done func(err error) error, err error) {
	if path == "-" {
		return c.OutOrStdout(), func(err error) error { return err }, nil
	}
	p, err := record.Begin(path)
	if err != nil {
		return nil, nil, usage(sayKept(c, path, "", err))
	}
	return p, func(err error) error {
		if err != nil {
			p.Drop()
			return sayKept(c, path, "", err)
		}
		kept, err := p.Commit()
		if err = sayKept(c, path, kept, err); err == nil {
			sayWrote(c.ErrOrStderr(), path)
		}
		return err
	}, nil
}

// writeInFolder writes a file into a folder that a flag names: the command replaces what it wrote there before.
func writeInFolder(path string, data []byte) error {
	if err := record.WriteWhole(path, data); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, record.Cause(err))
	}
	return nil
}

// sayKept says where the earlier file is, or what went wrong.
func sayKept(c *cobra.Command, path, kept string, err error) error {
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, record.Cause(err))
	}
	tellKept(c.ErrOrStderr(), path, kept)
	return nil
}

// tellKept says which name an earlier file has now; "" is none.
func tellKept(talk io.Writer, path, kept string) {
	if kept != "" {
		fmt.Fprintf(talk, "lwbench: the existing %s is now %s\n", path, kept)
	}
}

// sayWrote says what a command has written, in the form of every command.
func sayWrote(talk io.Writer, what string) { fmt.Fprintf(talk, "lwbench: wrote %s\n", what) }
