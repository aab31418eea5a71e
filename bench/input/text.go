package input

import (
	"fmt"
	"io"
)

// Text reads a whole text file, for a format that is not read by line. Like Lines it undoes compression, a byte order
// mark and UTF-16. A file of more than limit bytes, uncompressed, is an error.
func Text(name string, r io.Reader, limit int64) ([]byte, error) {
	l, err := NewLines(name, r)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(l.in, limit+1))
	switch {
	case err != nil:
		if l.packing != "" {
			return nil, l.broken(err)
		}
		return nil, fmt.Errorf("%s: cannot read it: %w", l.Name(), err)
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("%s: larger than %d MiB", l.Name(), limit>>20)
	}
	return data, nil
}
