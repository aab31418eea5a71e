package shard

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"lwbench/bench/store"
)

// Header says what a file is a shard of.
type Header struct {
	Args  []string `json:"args"` // the command of the whole grid, without the program's name
	Shard int      `json:"shard"`
	Of    int      `json:"of"`
	Grid  string   `json:"grid"` // a digest of every cell's key
}

// same reports whether two files are of the same shard of the same grid.
func (h *Header) same(b *Header) bool { return h.Shard == b.Shard && h.Of == b.Of && h.Grid == b.Grid }

// number is which shard it is.
func (h *Header) number() Number { return Number{h.Shard, h.Of} }

// The words that begin the lines of a file that are not entries.
const (
	headWord = "lwbench-shard-1 "
	endWord  = "end "
)

// file is what could be read of a shard's file.
type file struct {
	Header
	entries []*store.Entry
	whole   bool // its end is there, and everything before it
	problem error
}

// errNoShard is of a file that does not begin as a shard.
var errNoShard = errors.New("not a shard of lwbench")

// read reads a file as far as it can be read.
func read(path string) (*file, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	return parse(in)
}

// parse is read of an open file: a line that is damaged costs itself.
func parse(in io.Reader) (*file, error) {
	f := new(file)
	lines := bufio.NewReaderSize(in, 64<<10)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if len(line) > 0 {
			if bad := f.line(n, line); errors.Is(bad, errNoShard) {
				return nil, bad
			} else if bad != nil && f.problem == nil {
				f.problem = fmt.Errorf("line %d: %w", n, bad)
			}
		}
		if err != nil {
			break
		}
	}
	if f.Of == 0 {
		return nil, errNoShard
	}
	if !f.whole && f.problem == nil {
		f.problem = errors.New("its end is missing")
	}
	f.whole = f.problem == nil
	return f, nil
}

// line takes the n-th line.
func (f *file) line(n int, line []byte) error {
	if line[len(line)-1] != '\n' {
		return errors.New("the line is incomplete")
	}
	text, err := store.Unline(line)
	if head, ok := bytes.CutPrefix(text, []byte(headWord)); n == 1 {
		if err != nil || !ok || json.Unmarshal(head, &f.Header) != nil || f.Of < 1 {
			return errNoShard
		}
		return nil
	}
	if err != nil {
		return err
	}
	if f.whole {
		return errors.New("a line behind the end")
	}
	if end, ok := bytes.CutPrefix(text, []byte(endWord)); ok {
		if f.whole = string(end) == fmt.Sprint(len(f.entries)); !f.whole {
			return fmt.Errorf("%d entries instead of %s", len(f.entries), end)
		}
		return nil
	}
	e, err := store.DecodeEntry(line)
	if err == nil {
		f.entries = append(f.entries, e)
	}
	return err
}

// head returns the first line.
func (h *Header) head() ([]byte, error) {
	text, err := json.Marshal(h)
	return store.Line(append([]byte(headWord), text...)), err
}

// encode returns the complete file: equal shards are equal bytes, in whatever order their cells ended.
func encode(h *Header, entries []*store.Entry) ([]byte, error) {
	slices.SortFunc(entries, func(a, b *store.Entry) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	data, err := h.head()
	for _, e := range entries {
		line, lineErr := e.Encode()
		data, err = append(data, line...), errors.Join(err, lineErr)
	}
	return append(data, store.Line(fmt.Appendf(nil, "%s%d", endWord, len(entries)))...), err
}
