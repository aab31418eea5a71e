package input

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Stdin is the name of standard input.
const Stdin = "-"

// Files opens the input files of a run. Each name is opened once; every Open returns a separate reader that begins at
// the start of the file. Standard input, a pipe or a device can be read only once: it is first copied to a temporary
// file. A file that grows during use ends for every reader at the same place.
//
// The zero value has no standard input. Methods are safe for concurrent use.
type Files struct {
	stdin io.Reader
	mu    sync.Mutex
	open  map[string]*source
}

// source is one open file, read by offset so that readers do not disturb each other.
type source struct {
	file       *os.File
	start, end int64
	keep       bool  // the file belongs to the caller
	err        error // the reason why it cannot be read
}

// NewFiles returns Files whose standard input is stdin.
func NewFiles(stdin io.Reader) *Files { return &Files{stdin: stdin} }

// Open returns a reader of the named file, valid until Close. An error names the file.
func (f *Files) Open(name string) (io.Reader, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.open[name]
	if s == nil {
		s = new(source)
		if s.err = s.openFile(name, f.stdin); s.err != nil {
			s.err = fmt.Errorf("cannot read %s: %w", Title(name), s.err)
		}
		if f.open == nil {
			f.open = make(map[string]*source)
		}
		f.open[name] = s
	}
	if s.err != nil {
		return nil, s.err
	}
	return io.NewSectionReader(s.file, s.start, s.end-s.start), nil
}

// Close closes all files and deletes temporary ones.
func (f *Files) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, s := range f.open {
		if s.file != nil && !s.keep {
			errs = append(errs, s.file.Close())
		}
	}
	f.open = nil
	return errors.Join(errs...)
}

// Title returns the name of a file for messages.
func Title(name string) string {
	if name == Stdin {
		return "standard input"
	}
	return name
}

// openFile opens the file, or standard input, in a form that can be read at any offset.
func (s *source) openFile(name string, stdin io.Reader) error {
	if name != Stdin {
		file, err := os.Open(name)
		if err != nil {
			return cause(err)
		}
		if s.seekable(file) {
			return nil
		}
		return errors.Join(s.spool(file), file.Close())
	}
	if stdin == nil {
		return errors.New("it is not available here")
	}
	if file, ok := stdin.(*os.File); ok && s.seekable(file) {
		s.keep = true
		return nil
	}
	return s.spool(stdin)
}

// seekable accepts a regular file, from its current offset, and nothing else.
func (s *source) seekable(file *os.File) bool {
	st, err := file.Stat()
	if err != nil || !st.Mode().IsRegular() {
		return false
	}
	start, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return false
	}
	s.file, s.start, s.end = file, start, max(start, st.Size())
	return true
}

// spool copies r to a temporary file, which it unlinks if the system allows it.
func (s *source) spool(r io.Reader) error {
	file, err := os.CreateTemp("", "lwbench-input-*")
	if err != nil {
		return fmt.Errorf("no space for a copy: %w", err)
	}
	_ = os.Remove(file.Name())
	s.file = file
	if s.end, err = io.Copy(file, r); err != nil {
		return cause(err)
	}
	return nil
}

// cause strips the operation and the name, which the message already has.
func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
