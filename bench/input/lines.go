package input

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// MaxLine is the longest line, in bytes, that a parser sees.
const MaxLine = bufferSize

// Lines reads a text file line by line. It undoes compression, drops a byte order mark and converts UTF-16 with a
// byte order mark to UTF-8. Memory does not grow with the file. A Lines is not safe for concurrent use.
type Lines struct {
	name    string
	packing string
	in      *bufio.Reader
	line    int
}

// Lines opens a file for reading by line. An error names the file.
func (f *Files) Lines(name string) (*Lines, error) {
	r, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	return NewLines(name, r)
}

// NewLines reads r by line; name is for messages.
func NewLines(name string, r io.Reader) (*Lines, error) {
	in, packing, err := unpack(bufio.NewReaderSize(r, bufferSize))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Title(name), err)
	}
	l := &Lines{name: name, packing: packing, in: in}
	mark, _ := in.Peek(3)
	switch {
	case bytes.HasPrefix(mark, []byte("\xef\xbb\xbf")):
		_, _ = in.Discard(3)
	case bytes.HasPrefix(mark, []byte("\xff\xfe")), bytes.HasPrefix(mark, []byte("\xfe\xff")):
		utf8 := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(in)
		l.in = bufio.NewReaderSize(utf8, bufferSize)
	}
	return l, nil
}

// Next returns the next line without its end, valid until the next call. It returns nil for a line that is longer
// than MaxLine, and io.EOF at the end. Any other error gives the place of the damage.
func (l *Lines) Next() ([]byte, error) {
	line, err := l.in.ReadSlice('\n')
	long := false
	for errors.Is(err, bufio.ErrBufferFull) {
		long = true
		_, err = l.in.ReadSlice('\n')
	}
	switch {
	case err == nil, errors.Is(err, io.EOF) && (len(line) > 0 || long):
		l.line++
		if long {
			return nil, nil
		}
		return bytes.TrimRight(line, "\r\n"), nil
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	}
	return nil, l.broken(err)
}

// broken is the error for a file whose rest cannot be read.
func (l *Lines) broken(err error) error {
	switch {
	case l.packing != "" && errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s:%d: the %s file ends early: copy it again (%w)", l.Name(), l.line+1, l.packing, err)
	case l.packing != "":
		return fmt.Errorf("%s:%d: the %s file is broken: %w", l.Name(), l.line+1, l.packing, err)
	}
	return fmt.Errorf("%s:%d: the file ends early: %w", l.Name(), l.line+1, err)
}

// Line returns the number of the last line returned by Next, from 1; at the end, the number of lines.
func (l *Lines) Line() int { return l.line }

// Name returns the file's name for messages.
func (l *Lines) Name() string { return Title(l.name) }

// Packing returns the name of the file's compression, "" for plain text.
func (l *Lines) Packing() string { return l.packing }

// Peek returns the first complete lines of the file, up to n, without consuming them, for format detection.
func (l *Lines) Peek(n int) [][]byte {
	head, err := l.in.Peek(bufferSize)
	whole := errors.Is(err, io.EOF)
	var lines [][]byte
	for len(lines) < n && len(head) > 0 {
		line, rest, found := bytes.Cut(head, []byte{'\n'})
		if !found && !whole {
			break
		}
		lines, head = append(lines, bytes.TrimRight(line, "\r")), rest
	}
	return lines
}

// Damage returns the reason why the start of the file cannot be read to its end, or nil: a compressed file that is cut off may give
// less than a line.
func (l *Lines) Damage() error {
	if _, err := l.in.Peek(bufferSize); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return l.broken(err)
	}
	return nil
}

// Trouble returns the reason why no line of the file can be read, as far as its start shows: it is empty, or not
// text. It returns nil if the file looks like text.
func (l *Lines) Trouble() error {
	head, err := l.in.Peek(4096)
	switch {
	case len(head) == 0 && errors.Is(err, io.EOF):
		return fmt.Errorf("%s: the file is empty", l.Name())
	case len(head) == 0 && err != nil:
		return l.broken(err)
	case len(bytes.TrimSpace(head)) == 0 && errors.Is(err, io.EOF):
		return fmt.Errorf("%s: the file contains only blank lines", l.Name())
	case bytes.IndexByte(head, 0) >= 0:
		return fmt.Errorf("%s: it is a binary file, not text", l.Name())
	}
	return nil
}

// Errorf returns an error that begins with the file and the number of the last line.
func (l *Lines) Errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", l.Name(), l.line, fmt.Errorf(format, args...))
}
