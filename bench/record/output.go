package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// Output is an open result file, written one cell at a time: at any time every finished cell is in it as a complete
// line.
type Output struct {
	*Writer
	Command string // reproduces the file
	Path    string
	Kept    string // the name that an earlier file of this path has now, or ""

	Resumed []*Result // contents of the resumed file

	file *os.File // nil for stdout
	done map[Key]int
}

// Open opens a result file before anything runs; "-" is stdout. An existing file is renamed to FILE.~N~, or continued
// if resume is set. A pipe or device is written to and never renamed.
func Open(path string, h Header, resume bool, stdout io.Writer) (o *Output, err error) {
	o = &Output{Command: h.Command, Path: path}
	if path == "-" {
		o.Writer, err = NewWriter(stdout, h)
		return o, err
	}
	st, statErr := os.Stat(path)
	exists := statErr == nil
	mode := os.O_CREATE | os.O_EXCL | os.O_WRONLY
	switch {
	case exists && st.IsDir():
		return nil, fmt.Errorf("cannot write %s: it is a directory", path)
	case exists && !st.Mode().IsRegular():
		mode = os.O_WRONLY
	case exists && resume:
		if err := o.resume(h.Command); err != nil {
			return nil, fmt.Errorf("cannot resume: %w", err)
		}
		return o, nil
	case exists:
		if o.Kept, err = keep(path); err != nil {
			return nil, cannotWrite(path, err)
		}
	}
	if o.file, err = os.OpenFile(path, mode, 0o644); err != nil {
		return nil, cannotWrite(path, err)
	}
	o.Writer, err = NewWriter(named{o.file}, h)
	return o, err
}

// named is a file whose errors name it.
type named struct{ *os.File }

func (f named) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	return n, cannotWrite(f.Name(), err)
}

func cannotWrite(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("cannot write %s: %w", path, Cause(err))
}

// To begins a result file in w, in place of the file of that path.
func To(w io.Writer, path string, h Header) (o *Output, err error) {
	o = &Output{Command: h.Command, Path: path}
	o.Writer, err = NewWriter(w, h)
	return o, err
}

// keep renames path to path.~N~ with the first N that is free. Of two programs that do this at once, one finds the file
// gone.
func keep(path string) (kept string, err error) {
	for n := 1; ; n++ {
		kept = fmt.Sprintf("%s.~%d~", path, n)
		err := os.Link(path, kept) // unlike a rename, it never replaces a file
		if err != nil && !errors.Is(err, os.ErrExist) {
			if _, statErr := os.Lstat(kept); statErr == nil {
				continue
			}
			return kept, os.Rename(path, kept) // a file system without links
		}
		if err == nil {
			return kept, os.Remove(path)
		}
	}
}

// resume opens an existing file after its last complete line. The command must be the same, so that the file has the
// same bytes as that of a run that was never interrupted.
func (o *Output) resume(cmd string) error {
	data, err := os.ReadFile(o.Path)
	if err != nil {
		return err
	}
	data = whole(data)
	if !bytes.HasPrefix(data, []byte(madeBy)) {
		return fmt.Errorf("%s: not a result file of lwbench", o.Path)
	}
	if was := command(data); was != cmd {
		return fmt.Errorf("%s was made by another command: %s; give its flags, or another file with -o", o.Path, was)
	}
	var f File
	if err := f.scan(o.Path, data); err != nil {
		return err
	}
	o.done = make(map[Key]int)
	var last []Setting
	for _, r := range f.Results {
		o.done[r.Key()]++
		last = r.Config
	}
	o.Resumed = f.Results
	if o.file, err = os.OpenFile(o.Path, os.O_WRONLY, 0); err != nil {
		return err
	}
	if err = o.file.Truncate(int64(len(data))); err == nil {
		_, err = o.file.Seek(int64(len(data)), io.SeekStart)
	}
	o.Writer = newAppender(named{o.file}, last)
	return err
}

// whole returns data up to its last complete result or comment. The configuration lines before a result are written
// again with the next one.
func whole(data []byte) []byte {
	data = data[:bytes.LastIndexByte(data, '\n')+1]
	for end := len(data); end > 0; {
		start := bytes.LastIndexByte(data[:end-1], '\n') + 1
		for _, begin := range []string{"Benchmark", "#", "Unit "} {
			if bytes.HasPrefix(data[start:], []byte(begin)) {
				return data[:end]
			}
		}
		end = start
	}
	return nil
}

// Skip reports whether the file already holds a repetition of the cell that no earlier call has claimed.
func (o *Output) Skip(k Key) bool {
	if o.done[k] == 0 {
		return false
	}
	o.done[k]--
	return true
}

// Close closes the file.
func (o *Output) Close() error {
	if o.file == nil {
		return nil
	}
	return cannotWrite(o.Path, o.file.Close())
}
