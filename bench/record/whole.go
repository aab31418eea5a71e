package record

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Halfway begins the name of a file that WriteWhole has not finished.
const Halfway = ".lwbench-"

// WriteWhole replaces a file atomically: readers see the old file or the new one. It writes directly to a non-regular file.
// After an error it leaves nothing behind. Two writers of one file at once do no harm.
func WriteWhole(path string, data []byte) error {
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		return os.WriteFile(path, data, 0o644)
	}
	f, err := os.CreateTemp(filepath.Dir(path), Halfway+"*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // is gone when all went well
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
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
