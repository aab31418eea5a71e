package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"lwbench/bench"
)

// output is a result file being written, cell by cell: whatever happens, every finished cell is in it as a whole line.
type output struct {
	*bench.Recorder
	path string
	file *os.File // nil for stdout
	done map[string]int
	live bool // results of real threads
}

// openOutput opens path ("-" is stdout) before anything runs. A file that is there already is kept as FILE.~1~ or the next
// number that is free, or gone on with when resume is set; what is no regular file (a pipe, a device) is written to and never moved.
func openOutput(path, command string, resume, live bool, stdout, stderr io.Writer) (o *output, err error) {
	o = &output{path: path, live: live}
	begin := bench.NewRecorder
	if live {
		begin = bench.NewLiveRecorder
	}
	if path == "-" {
		o.Recorder, err = begin(stdout, command)
		return o, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("cannot write the results: %w", err)
	}
	st, statErr := os.Stat(path)
	there := statErr == nil
	mode := os.O_CREATE | os.O_EXCL | os.O_WRONLY
	switch {
	case there && st.IsDir():
		return nil, fmt.Errorf("cannot write the results: %s is a directory", path)
	case there && !st.Mode().IsRegular():
		mode = os.O_WRONLY
	case there && resume:
		return o, o.goOn(command)
	case there:
		kept, err := keepFormer(path)
		if err != nil {
			return nil, fmt.Errorf("cannot write the results: %w", err)
		}
		fmt.Fprintf(stderr, "lwbench: the former %s is now %s\n", path, kept)
	}
	if o.file, err = os.OpenFile(path, mode, 0o644); err != nil {
		return nil, fmt.Errorf("cannot write the results: %w", err)
	}
	o.Recorder, err = begin(o.file, command)
	return o, err
}

// keepFormer renames path to path.~N~, with the first N that no file has: nothing is ever lost.
func keepFormer(path string) (kept string, err error) {
	for n := 1; ; n++ {
		kept = fmt.Sprintf("%s.~%d~", path, n)
		_, err := os.Lstat(kept)
		switch {
		case err == nil:
		case errors.Is(err, os.ErrNotExist):
			return kept, os.Rename(path, kept)
		default:
			return "", err
		}
	}
}

// goOn opens an existing result file behind its last whole line. It must be this command's: its bytes are to be those of
// one run that was never interrupted.
func (o *output) goOn(command string) (err error) {
	var size int64
	var machine string
	if o.done, machine, size, err = bench.Done(o.path); err != nil {
		return fmt.Errorf("cannot resume: %w", err)
	}
	former, err := madeBy(o.path)
	if err != nil {
		return fmt.Errorf("cannot resume: %w", err)
	}
	if former != command {
		return fmt.Errorf("cannot resume: %s was made by another command: %s; give its flags, or another file with -o", o.path, former)
	}
	if o.live {
		machine = "" // its configuration is written anew
	}
	if o.file, err = os.OpenFile(o.path, os.O_WRONLY, 0); err != nil {
		return fmt.Errorf("cannot resume: %w", err)
	}
	if err = o.file.Truncate(size); err == nil {
		_, err = o.file.Seek(size, io.SeekStart)
	}
	o.Recorder = bench.ContinueRecorder(o.file, machine)
	return err
}

// madeBy returns the command in the first line of a result file.
func madeBy(path string) (command string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	line, err := bufio.NewReader(f).ReadString('\n')
	return strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "# made by: "), err
}

// skip reports whether the file has the cell already.
func (o *output) skip(c *bench.Cell) bool {
	if o.done[c.Key()] == 0 {
		return false
	}
	o.done[c.Key()]--
	return true
}

func (o *output) close() error {
	if o.file == nil {
		return nil
	}
	return o.file.Close()
}
