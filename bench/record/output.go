package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// Output is an open result file. Cells end in any order: Keep writes each to the file at once, as a complete line, and Finish puts
// them in order when all have ended. A pipe, and a file of real threads, whose cells run one at a time, are Ordered: they take
// their cells in order. Keep is safe for concurrent use.
type Output struct {
	*Writer
	Command string // reproduces the file
	Path    string
	Kept    string // the name that an earlier file of this path has now, or ""

	head   Header
	file   *os.File // nil for stdout
	sorted bool     // Arrange puts the lines in order
	mu     sync.Mutex
	err    error            // the first error of writing: what followed would be cut
	have   map[spot]*Result // contents of the resumed file
}

// spot identifies one repetition of a cell.
type spot struct {
	Key
	rep int
}

// Open opens a result file before anything runs; "-" is stdout. An existing file is renamed to FILE.~N~, or continued
// if resume is set. A pipe or device is written to and never renamed.
func Open(path string, h Header, resume bool, stdout io.Writer) (o *Output, err error) {
	o = &Output{Command: h.Command, Path: path, head: h, sorted: h.Exact}
	if path == "-" {
		o.sorted = false
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
		mode, o.sorted = os.O_WRONLY, false
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

// In begins a result file in an empty file.
func In(file *os.File, h Header) (o *Output, err error) {
	o = &Output{Command: h.Command, Path: file.Name(), head: h, sorted: h.Exact, file: file}
	o.Writer, err = NewWriter(named{file}, h)
	return o, err
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
	o.have = make(map[spot]*Result)
	count := make(map[Key]int)
	var last []Setting
	for _, r := range f.Results {
		at := spot{r.Key(), count[r.Key()]}
		count[at.Key]++
		last = r.Config
		if r.rep > 0 {
			at.rep, last = r.rep-1, r.withRep(r.rep).Config
		}
		o.have[at] = r
	}
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

// Have returns the result of a repetition of a cell, counted from 0, if the resumed file has it, or nil.
func (o *Output) Have(k Key, rep int) *Result { return o.have[spot{k, rep}] }

// Ordered reports whether cells must be kept in the order of the file, because it cannot be arranged later.
func (o *Output) Ordered() bool { return !o.sorted }

// Keep writes a cell that has ended to the file. After an error it writes no other.
func (o *Output) Keep(l *Line) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = o.line(l, o.sorted)
	}
	return o.err
}

// Finish closes the file after err. Without an error the file has all its cells, which are lines: they are put in order first.
func (o *Output) Finish(lines []*Line, err error) error {
	if err == nil {
		err = o.Arrange(lines)
	}
	return errors.Join(err, o.Close())
}

// Arrange replaces the file by one with all of its cells in order, unless it is Ordered. After an error the file is as it was.
func (o *Output) Arrange(lines []*Line) error {
	if !o.sorted {
		return nil
	}
	var b bytes.Buffer
	w, err := NewWriter(&b, o.head)
	for _, l := range lines {
		err = errors.Join(err, w.line(l, false))
	}
	if err != nil {
		return err
	}
	path, err := filepath.EvalSymlinks(o.Path)
	if err != nil {
		return cannotWrite(o.Path, err)
	}
	if was, err := os.ReadFile(path); err == nil && bytes.Equal(was, b.Bytes()) {
		return nil
	}
	if err := o.stillAt(path); err != nil {
		return err
	}
	return cannotWrite(o.Path, WriteWhole(path, b.Bytes()))
}

// stillAt checks that no other program has put its file in the place of this one, as a second sweep into the same file does.
func (o *Output) stillAt(path string) error {
	opened, err := o.file.Stat()
	if err != nil {
		return cannotWrite(o.Path, err)
	}
	if now, err := os.Stat(path); err != nil || !os.SameFile(opened, now) {
		return fmt.Errorf("cannot put the cells of %s in order: another program has replaced it, and renamed this one's to %s.~N~: --resume -o with that name continues", o.Path, o.Path)
	}
	return nil
}

// Close closes the file.
func (o *Output) Close() error {
	if o.file == nil {
		return nil
	}
	return cannotWrite(o.Path, o.file.Close())
}
