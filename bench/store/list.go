package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lwbench/bench"
	"lwbench/bench/record"
)

// Item is one file of a cache.
type Item struct {
	Path    string
	Bytes   int64
	Written time.Time
	Cell    string // the cell that it is a result of, or "" if the file is damaged or was never finished
	Design  string
	Code    string // Keys.Code of the program that wrote it

	Unfinished bool // a writer is at it, or was killed
}

// Items lists the entries of a cache in the order of their keys, damaged ones and those of interrupted writers as well.
func (c *Cache) Items() iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		err := filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil // another program has just removed it
			case err != nil:
				return err
			case d.IsDir() || !strings.HasSuffix(d.Name(), suffix) && !strings.HasPrefix(d.Name(), record.Halfway):
				return nil
			}
			st, err := d.Info()
			if err != nil {
				return nil //nolint:nilerr // as above
			}
			if !yield(item(path, st), nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(Item{}, fmt.Errorf("cannot read the cache %s: %w", c.dir, record.Cause(err)))
		}
	}
}

// item describes a file. What cannot be read is described as damaged.
func item(path string, st fs.FileInfo) Item {
	x := Item{Path: path, Bytes: st.Size(), Written: st.ModTime()}
	if x.Unfinished = strings.HasPrefix(filepath.Base(path), record.Halfway); x.Unfinished {
		return x
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return x
	}
	e, err := DecodeEntry(data)
	var kept bench.Kept
	if err != nil || json.Unmarshal(e.Data, &kept) != nil || filepath.Base(path) != e.Key.String()+suffix {
		return x
	}
	_, rest, _ := strings.Cut(kept.Cell, "/alloc=")
	x.Cell, x.Code = kept.Cell, e.Code
	x.Design, _, _ = strings.Cut(rest, "/")
	return x
}
