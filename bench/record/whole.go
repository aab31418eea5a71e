package record

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Halfway begins the name of a file that is not finished.
const Halfway = ".lwbench-"

// Pending is a file that is being written: it appears whole or not at all. A pipe or device is written to at once.
type Pending struct {
	*os.File
	path   string
	direct bool // a pipe or device
	mode   os.FileMode
}

// Begin begins a file. Nothing is at path before Commit. End it with Commit or Drop.
func Begin(path string) (*Pending, error) {
	mode := os.FileMode(0o644)
	if st, err := os.Stat(path); err == nil {
		if !st.Mode().IsRegular() {
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			return &Pending{f, path, true, 0}, err
		}
		mode = st.Mode().Perm() // as that of the file that it replaces
	}
	f, err := os.CreateTemp(filepath.Dir(path), Halfway+"*")
	return &Pending{f, path, false, mode}, err
}

// Commit puts the file in its place. An earlier file of other contents gets the name kept; one of the same contents
// stays, so that two programs may write the same file at once.
func (p *Pending) Commit() (kept string, err error) {
	if err := p.finish(); err != nil || p.direct {
		return "", err
	}
	if same(p.Name(), p.path) {
		return "", os.Remove(p.Name())
	}
	if _, err := os.Lstat(p.path); err == nil {
		if kept, err = keep(p.path); err != nil {
			_ = os.Remove(p.Name())
			return "", err
		}
	}
	return kept, p.place()
}

// place gives the finished file its name, or removes it.
func (p *Pending) place() error {
	err := os.Rename(p.Name(), p.path)
	if err != nil {
		_ = os.Remove(p.Name())
	}
	return err
}

// finish closes the file, and removes it after an error.
func (p *Pending) finish() error {
	var err error
	if !p.direct {
		err = p.Chmod(p.mode)
	}
	if err = errors.Join(err, p.Close()); err != nil && !p.direct {
		_ = os.Remove(p.Name())
	}
	return err
}

// Drop removes what has been written.
func (p *Pending) Drop() {
	_ = p.Close()
	if !p.direct {
		_ = os.Remove(p.Name())
	}
}

// same reports whether two regular files have the same contents.
func same(a, b string) bool {
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	if err != nil || err2 != nil || x.Size() != y.Size() {
		return false
	}
	f, err := os.Open(a)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	g, err := os.Open(b)
	if err != nil {
		return false
	}
	defer func() { _ = g.Close() }()
	left, right := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(f, left)
		m, _ := io.ReadFull(g, right)
		if !bytes.Equal(left[:n], right[:m]) {
			return false
		}
		if err != nil {
			return true
		}
	}
}

// WriteWhole replaces a file, which is lost: readers see the old file or the new one. It is for files of the program's
// own and for those in a folder that a flag names. Two writers of one file at once do no harm.
func WriteWhole(path string, data []byte) error {
	p, err := Begin(path)
	if err != nil {
		return err
	}
	if _, err := p.Write(data); err != nil {
		p.Drop()
		return err
	}
	if err := p.finish(); err != nil || p.direct {
		return err
	}
	return p.place()
}

// Cause returns the cause of an error of the file system, without the path that the caller's message has already.
func Cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
