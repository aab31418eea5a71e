package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"lwbench/bench/record"
)

// The names in the folder of a cache.
const (
	marker = "lwbench-cache" // a file that says that the folder is a cache
	suffix = ".entry"
)

// Cache is a folder of entries, a file for each. Any number of programs may use it at once: an entry appears whole or
// not at all, and two writers of one entry write the same bytes. An entry that is damaged counts as absent and is
// written again.
type Cache struct {
	dir          string
	hits, misses atomic.Int64
}

// OpenCache opens a cache, or makes a new one in an empty folder or in one that does not exist.
func OpenCache(dir string) (*Cache, error) {
	list, err := os.ReadDir(dir)
	list = slices.DeleteFunc(list, func(e fs.DirEntry) bool { // another program makes the same cache now
		return strings.HasPrefix(e.Name(), record.Halfway)
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = os.MkdirAll(dir, 0o755)
	case err == nil && len(list) > 0:
		return openCache(dir)
	}
	if err == nil {
		err = record.WriteWhole(filepath.Join(dir, marker), []byte(version+"\n"))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot make the cache %s: %w", dir, record.Cause(err))
	}
	return &Cache{dir: dir}, nil
}

// openCache opens a folder that must be a cache.
func openCache(dir string) (*Cache, error) {
	data, err := os.ReadFile(filepath.Join(dir, marker))
	switch text := strings.TrimSpace(string(data)); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s is not a cache of lwbench: give an empty or a new folder", dir)
	case err != nil:
		return nil, fmt.Errorf("cannot read the cache %s: %w", dir, record.Cause(err))
	case text != version:
		return nil, fmt.Errorf("%s is a cache of another version of lwbench: give another folder", dir)
	}
	return &Cache{dir: dir}, nil
}

// Hits returns how many entries were found and how many were not.
func (c *Cache) Hits() (hits, misses int64) { return c.hits.Load(), c.misses.Load() }

// path is the file of an entry. 256 folders keep each of them small.
func (c *Cache) path(k Key) string {
	name := k.String()
	return filepath.Join(c.dir, name[:2], name+suffix)
}

// Load implements Place.
func (c *Cache) Load(k Key) *Entry {
	if data, err := os.ReadFile(c.path(k)); err == nil {
		if e, err := DecodeEntry(data); err == nil && e.Key == k {
			c.hits.Add(1)
			return e
		}
	}
	c.misses.Add(1)
	return nil
}

// Save implements Place.
func (c *Cache) Save(e *Entry) error {
	line, err := e.Encode()
	if err != nil {
		return err
	}
	path := c.path(e.Key)
	if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
		err = record.WriteWhole(path, line)
	}
	if err != nil {
		return fmt.Errorf("cannot keep a result in the cache %s: %w", c.dir, record.Cause(err))
	}
	return nil
}
