package workload

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxLogLine is the longest line of a log that is looked at; a longer one counts as not parsed.
const maxLogLine = 64 << 10

// logReader reads a log line by line: a file or stdin ("-"), plain or gzip.
type logReader struct {
	name string
	file io.Closer
	in   *bufio.Reader
	line int // lines read
}

func openLog(name string) (*logReader, error) {
	r := &logReader{name: name}
	var src io.Reader = os.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read the log: %w", err)
		}
		if st, err := f.Stat(); err == nil && st.IsDir() {
			_ = f.Close()
			return nil, fmt.Errorf("cannot read the log: %s is a directory", name)
		}
		src, r.file = f, f
	}
	r.in = bufio.NewReaderSize(src, maxLogLine)
	if magic, _ := r.in.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(r.in)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: broken gzip file: %w", name, err), r.close())
		}
		r.in = bufio.NewReaderSize(z, maxLogLine)
	}
	return r, nil
}

// next returns the next line without its end, valid until the call after; nil for one that is too long. The error is
// io.EOF at the end.
func (r *logReader) next() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	switch {
	case err == nil:
		r.line++
		return line[:len(line)-1], nil
	case errors.Is(err, bufio.ErrBufferFull):
		r.line++
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.in.ReadSlice('\n')
		}
		if err == nil || errors.Is(err, io.EOF) {
			return nil, nil
		}
	case errors.Is(err, io.EOF) && len(line) > 0:
		r.line++
		return line, nil
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	}
	return nil, fmt.Errorf("%s:%d: the log ends early: %w", r.name, r.line+1, err)
}

func (r *logReader) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
