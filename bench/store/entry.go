package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"lwbench/bench"
)

// sumLen is the length of a line's checksum, in digits.
const sumLen = 16

// Line returns text as one line with a checksum before it, 64 bits of SHA-256. text must not contain a line feed.
func Line(text []byte) []byte {
	line := make([]byte, 0, sumLen+len(text)+2)
	line = append(line, sum(text)...)
	line = append(line, ' ')
	line = append(line, text...)
	return append(line, '\n')
}

// errLine is the error of a line that Unline refuses.
var errLine = errors.New("the line is damaged: its checksum does not match")

// Unline returns the text of a line that Line made, without copying it. line is with or without its line feed.
func Unline(line []byte) ([]byte, error) {
	line = bytes.TrimSuffix(line, []byte{'\n'})
	if len(line) <= sumLen || line[sumLen] != ' ' || string(line[:sumLen]) != sum(line[sumLen+1:]) {
		return nil, errLine
	}
	return line[sumLen+1:], nil
}

func sum(text []byte) string {
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:sumLen/2])
}

// Entry is a result under its key. Equal results are equal bytes.
type Entry struct {
	Key  Key
	Code string          // the source it was made with (Keys.Code), or "" for what is no cell
	Data json.RawMessage // a bench.Kept for a cell
}

// entryJSON is an Entry in a file.
type entryJSON struct {
	Key  string          `json:"key"`
	Code string          `json:"code,omitempty"`
	Data json.RawMessage `json:"data"`
}

// Encode returns the entry as a line.
func (e *Entry) Encode() ([]byte, error) {
	text, err := json.Marshal(entryJSON{e.Key.String(), e.Code, e.Data})
	return Line(text), err
}

// DecodeEntry reads a line that Encode made.
func DecodeEntry(line []byte) (*Entry, error) {
	text, err := Unline(line)
	if err != nil {
		return nil, err
	}
	var j entryJSON
	if err := json.Unmarshal(text, &j); err != nil {
		return nil, fmt.Errorf("not an entry: %w", err)
	}
	key, err := ParseKey(j.Key)
	return &Entry{key, j.Code, j.Data}, err
}

// entry returns the entry of a result.
func (k *Keys) entry(key Key, r *bench.Result) (*Entry, error) {
	code, err := k.Code(r.Cell.Design.Name)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(r.Keep())
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be kept: %w", r.Cell.Name(), err)
	}
	return &Entry{key, code, data}, nil
}

// result returns the result of a cell from its entry.
func (e *Entry) result(c *bench.Cell) (*bench.Result, error) {
	var kept bench.Kept
	if err := json.Unmarshal(e.Data, &kept); err != nil {
		return nil, err
	}
	return kept.Result(c)
}
