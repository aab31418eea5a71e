package shard

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"lwbench/bench/record"
	"lwbench/bench/store"
)

// partSuffix ends the name of the file of a shard that is not complete: FILE.123456.part, another for each program that
// works on it.
const partSuffix = ".part"

// Suffix ends the name of a shard's file.
const Suffix = ".shard"

// FileName is the name of a shard's file: OUT.2-of-8.shard.
func FileName(out string, n Number) string {
	return fmt.Sprintf("%s.%d-of-%d%s", out, n.Shard, n.Of, Suffix)
}

// Journal is a shard while it runs. Each entry is written at once to a file of this program alone, FILE.N.part; Finish
// writes FILE whole, and removes the parts. A program that is killed leaves a part, which the next one reads. So two
// programs may run the same shard at once: each writes the same FILE in the end. The methods are safe for concurrent
// use.
type Journal struct {
	Complete bool // FILE was complete when it was opened: no cell remains to run
	Found    int  // entries that were there

	path  string
	head  Header
	mu    sync.Mutex
	found map[store.Key]*store.Entry
	part  *os.File
	saved int   // entries in the part
	err   error // the first error of writing: what follows could not be read
}

// Open opens the shard of a file and reads what programs before have left of it. A file of another shard or grid is an
// error of one line.
func Open(path string, h *Header) (*Journal, error) {
	j := &Journal{path: path, head: *h, found: make(map[store.Key]*store.Entry)}
	switch f, err := read(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("%s: %w: give another -o, or remove it", path, record.Cause(err))
	case !f.same(h):
		return nil, fmt.Errorf("%s: shard %s of %s, by another program or with other files: give another -o, or remove it", path, f.number(), record.Command(f.Args...))
	default:
		j.take(f)
		j.Complete = f.whole
	}
	parts, err := j.parts()
	for _, name := range parts {
		if f, err := read(name); err == nil && f.same(h) {
			j.take(f)
		}
	}
	j.Found = len(j.found)
	return j, err
}

// take adds the entries of a file.
func (j *Journal) take(f *file) {
	for _, e := range f.entries {
		j.found[e.Key] = e
	}
}

// parts lists the parts of the shard.
func (j *Journal) parts() (names []string, err error) {
	list, err := os.ReadDir(filepath.Dir(j.path))
	if err != nil {
		return nil, fmt.Errorf("cannot read the shard: %w", err)
	}
	for _, f := range list {
		number, part := strings.CutSuffix(f.Name(), partSuffix)
		number, ours := strings.CutPrefix(number, filepath.Base(j.path)+".")
		if part && ours && strings.Trim(number, "0123456789") == "" {
			names = append(names, filepath.Join(filepath.Dir(j.path), f.Name()))
		}
	}
	return names, nil
}

// Load implements store.Place, for the entries that Open has found: a program runs no cell twice.
func (j *Journal) Load(k store.Key) *store.Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.found[k]
}

// Save implements store.Place: the entry is in the part when Save returns.
func (j *Journal) Save(e *store.Entry) error {
	line, err := e.Encode()
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		j.err = j.write(line)
		j.saved++
	}
	if j.err != nil {
		return fmt.Errorf("cannot write the shard %s: %w", j.path, record.Cause(j.err))
	}
	return nil
}

// write appends a line to the part, and makes the part if there is none.
func (j *Journal) write(line []byte) (err error) {
	if j.part == nil {
		head, err := j.head.head()
		if err != nil {
			return err
		}
		if j.part, err = os.CreateTemp(filepath.Dir(j.path), filepath.Base(j.path)+".*"+partSuffix); err != nil {
			return err
		}
		line = append(head, line...)
	}
	_, err = j.part.Write(line)
	return err
}

// Finish writes the complete file and removes the parts.
func (j *Journal) Finish() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.Complete { // a program may have been killed after FILE was written
		return j.removeParts()
	}
	data, err := j.whole()
	if err == nil {
		err = record.WriteWhole(j.path, data)
	}
	if err == nil {
		err = settle(j.path) // before the parts go, which hold the same
	}
	if err != nil {
		return fmt.Errorf("cannot write the shard %s: %w", j.path, record.Cause(err))
	}
	return j.removeParts()
}

// whole returns the complete file: the entries found, and those of the part. Another program may have removed its name.
func (j *Journal) whole() ([]byte, error) {
	if j.part != nil {
		if _, err := j.part.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		f, err := parse(j.part)
		if err != nil {
			return nil, err
		}
		if len(f.entries) != j.saved {
			return nil, fmt.Errorf("%d of %d results can be read in %s: run the shard again", len(f.entries), j.saved, j.part.Name())
		}
		j.take(f)
	}
	return encode(&j.head, slices.Collect(maps.Values(j.found)))
}

// settle waits until a file is on the disk.
func settle(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// removeParts removes the parts of this shard, and those whose first line is not whole: a program was killed as it
// wrote it. A program that still writes a part notices nothing.
func (j *Journal) removeParts() error {
	names, err := j.parts()
	names = slices.DeleteFunc(names, func(name string) bool {
		f, err := read(name)
		return err != nil && !errors.Is(err, errNoShard) || err == nil && !f.same(&j.head)
	})
	for _, name := range names {
		if rm := os.Remove(name); rm != nil && !errors.Is(rm, fs.ErrNotExist) {
			err = errors.Join(err, rm)
		}
	}
	return err
}

// Close closes the part, which stays.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.part == nil {
		return nil
	}
	return j.part.Close()
}
