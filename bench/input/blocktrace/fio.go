package blocktrace

import (
	"bytes"
	"errors"
	"fmt"

	"lwbench/bench/input"
	"lwbench/bench/input/records"
)

// The reasons why a line is not a request of an iolog.
var (
	errNoIolog  = errors.New(`no line "fio version 2 iolog" or "fio version 3 iolog" before it`)
	errAction   = errors.New("not an action of an iolog: add, open, close, wait, read, write, sync, datasync or trim")
	errIologEnd = errors.New("expected a file, an action, an offset and a length")
)

// iolog is fio's log of I/O (write_iolog). Its first line has the version:
//
//	fio version 2 iolog        fio version 3 iolog
//	/dev/sda open              0 /dev/sda open
//	/dev/sda write 8192 4096   15 /dev/sda write 8192 4096
type iolog struct{ version byte }

func (p *iolog) parse(line []byte, r *Request) error {
	line = bytes.TrimSpace(line)
	if v, ok := bytes.CutPrefix(line, []byte("fio version ")); ok {
		return p.begin(v)
	}
	switch {
	case len(line) == 0:
		return records.ErrComment
	case p.version == 0:
		return errNoIolog
	}
	if p.version == '3' { // a time stamp comes first
		_, rest, found := bytes.Cut(line, []byte{' '})
		if !found {
			return errIologEnd
		}
		line = bytes.TrimSpace(rest)
	}
	file, action, offset, size := fioWords(line)
	switch string(action) {
	case "read", "write":
	case "trim", "sync", "datasync", "sync_file_range", "wait":
		return records.ErrOther
	default:
		if _, last := cutLast(line); isFileAction(last) {
			return records.ErrComment
		} else if string(last) == "sync" || string(last) == "datasync" {
			return records.ErrOther
		}
		return errAction
	}
	r.Disk, r.Write = file, string(action) == "write"
	return r.span(offset, size, 1, 1)
}

// begin parses the first line.
func (p *iolog) begin(version []byte) error {
	if len(version) < 2 || version[1] != ' ' || version[0] != '2' && version[0] != '3' {
		return records.Fatal{Err: fmt.Errorf("fio version %s: only versions 2 and 3 are read", input.Printable(version))}
	}
	p.version = version[0]
	return records.ErrComment
}

// fioWords splits the line from its end: the name of a file may contain blanks.
func fioWords(line []byte) (file, action, offset, size []byte) {
	line, size = cutLast(line)
	line, offset = cutLast(line)
	file, action = cutLast(line)
	return file, action, offset, size
}

// cutLast cuts off the last word.
func cutLast(line []byte) (rest, word []byte) {
	i := bytes.LastIndexByte(line, ' ')
	if i < 0 {
		return nil, line
	}
	return bytes.TrimRight(line[:i], " "), line[i+1:]
}

func isFileAction(word []byte) bool {
	switch string(word) {
	case "add", "open", "close":
		return true
	}
	return false
}
