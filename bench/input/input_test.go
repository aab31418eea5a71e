package input_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"lwbench/bench/input"
)

// once is a reader that can be read only once, like a pipe.
type once struct{ io.Reader }

// TestStandardInputIsReadOnce: every cell of a sweep reads all of it, also in parallel.
func TestStandardInputIsReadOnce(t *testing.T) {
	const text = "one\ntwo\nthree\n"
	files := input.NewFiles(once{strings.NewReader(text)})
	defer func() { _ = files.Close() }()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := readAll(t, files, input.Stdin); got != text {
				t.Errorf("got %q", got)
			}
		})
	}
	wg.Wait()
}

func readAll(t *testing.T, files *input.Files, name string) string {
	t.Helper()
	r, err := files.Open(name)
	if err != nil {
		t.Error(err)
		return ""
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	return string(data)
}

// TestStandardInputFromAFile starts at the file's current offset and leaves the file open.
func TestStandardInputFromAFile(t *testing.T) {
	file, err := os.Open(write(t, "in", "head\nbody\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	files := input.NewFiles(file)
	for range 2 {
		if got := readAll(t, files, input.Stdin); got != "body\n" {
			t.Errorf("got %q", got)
		}
	}
	if err := errors.Join(files.Close(), file.Close()); err != nil {
		t.Error(err)
	}
}

// TestPipeIsReadOnce: a named pipe, such as <(zcat log), behaves like standard input.
func TestPipeIsReadOnce(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc/self/fd")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.WriteString("from a pipe\n")
	_ = w.Close()
	var files input.Files
	defer func() { _ = files.Close() }()
	for range 2 {
		if got := readAll(t, &files, fmt.Sprintf("/proc/self/fd/%d", r.Fd())); got != "from a pipe\n" {
			t.Errorf("got %q", got)
		}
	}
}

// TestGrowingFile: a log that is still written to ends for all readers at the same place.
func TestGrowingFile(t *testing.T) {
	name := write(t, "growing.log", "one\n")
	var files input.Files
	defer func() { _ = files.Close() }()
	first := readAll(t, &files, name)
	file, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.WriteString("two\n")
	_ = file.Close()
	if second := readAll(t, &files, name); first != "one\n" || second != first {
		t.Errorf("%q, then %q", first, second)
	}
}

func TestOpenErrors(t *testing.T) {
	var files input.Files
	for name, want := range map[string]string{
		"/no/such":      "cannot read /no/such: no such file or directory",
		t.TempDir():     "is a directory",
		input.Stdin:     "cannot read standard input: it is not available here",
		"\x00":          "invalid argument",
		"/no/such/.gz/": "cannot read /no/such/.gz/: no such file or directory",
	} {
		for range 2 { // the result is the same the second time
			if _, err := files.Lines(name); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v, want %s", name, err, want)
			}
		}
	}
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// linesOf reads data to its end.
func linesOf(data []byte) (out []string, packing string, err error) {
	l, err := input.NewLines("f", bytes.NewReader(data))
	if err != nil {
		return nil, "", err
	}
	for {
		line, err := l.Next()
		if errors.Is(err, io.EOF) {
			return out, l.Packing(), nil
		}
		if err != nil {
			return out, "", err
		}
		out = append(out, string(line))
	}
}

func packed(t *testing.T, text string, w func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := w(&b)
	if err == nil {
		_, err = io.WriteString(z, text)
		err = errors.Join(err, z.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLines(t *testing.T) {
	const text = "one\ntwo\n"
	gz := packed(t, text, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
	zst := packed(t, text, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
	xzd := packed(t, text, func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) })
	bz, err := os.ReadFile("testdata/two-lines.bz2")
	if err != nil {
		t.Fatal(err)
	}
	twice := packed(t, string(zst), func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
	long := strings.Repeat("x", input.MaxLine)
	for _, k := range []struct {
		name, packing string
		data          []byte
		want          string
	}{
		{"plain", "", []byte(text), "one|two"},
		{"gzip", "gzip", gz, "one|two"},
		{"two gzip members", "gzip", append(gz[:len(gz):len(gz)], gz...), "one|two|one|two"},
		{"zstd", "zstd", zst, "one|two"},
		{"xz", "xz", xzd, "one|two"},
		{"bzip2", "bzip2", bz, "one|two"},
		{"zstd in gzip", "zstd in gzip", twice, "one|two"},
		{"no end of the last line", "", []byte("one\r\ntwo"), "one|two"},
		{"UTF-8 mark", "", []byte("\xef\xbb\xbfone\ntwo"), "one|two"},
		{"UTF-16LE", "", []byte("\xff\xfeo\x00n\x00e\x00\r\x00\n\x00t\x00w\x00o\x00"), "one|two"},
		{"UTF-16BE", "", []byte("\xfe\xff\x00o\x00n\x00e\x00\n\x00t\x00w\x00o"), "one|two"},
		{"a long line", "", []byte("one\n" + long + "\n" + long + long + "\ntwo\n" + long), "one|||two|"},
	} {
		got, packing, err := linesOf(k.data)
		if err != nil || strings.Join(got, "|") != k.want || packing != k.packing {
			t.Errorf("%s: %q, %q, %v; want %q", k.name, got, packing, err, k.want)
		}
	}
	for name, data := range map[string][]byte{"gzip": gz, "zstd": zst, "xz": xzd, "bzip2": bz} {
		if _, _, err := linesOf(data[:len(data)-6]); err == nil || !strings.Contains(err.Error(), "f:") {
			t.Errorf("%s, cut: %v", name, err)
		}
	}
	deep := gz
	for range 3 {
		deep = packed(t, string(deep), func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
	}
	if _, _, err := linesOf(deep); err == nil || !strings.Contains(err.Error(), "compressed more than 3 times") {
		t.Error(err)
	}
}

// TestXZDictionary: a header that claims a dictionary of gigabytes is rejected before any allocation.
func TestXZDictionary(t *testing.T) {
	data := packed(t, "x\n", func(w io.Writer) (io.WriteCloser, error) { return xz.WriterConfig{DictCap: 1 << 27}.NewWriter(w) })
	if _, _, err := linesOf(data); err == nil || !strings.Contains(err.Error(), "dictionary is larger than 64 MiB") {
		t.Error(err)
	}
}

func TestPeek(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a": "a", "a\r\nb\nc\n": "a|b", "a\n" + strings.Repeat("x", input.MaxLine): "a", "\n\nb": "|",
	} {
		l, err := input.NewLines("f", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(bytes.Join(l.Peek(2), []byte("|"))); got != want {
			t.Errorf("%.10q: %q, want %q", text, got, want)
		}
		if line, _ := l.Next(); text != "" && string(line) != strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")[0] {
			t.Errorf("%.10q: the first line is %q after Peek", text, line)
		}
	}
}

func TestRejects(t *testing.T) {
	var r input.Rejects
	if r.Notes(5) != nil {
		t.Error("notes of nothing")
	}
	bad := errors.New("bad")
	for i := range 5 {
		r.Add(i+1, []byte("\x1b[31m"+strings.Repeat("é", 80)), bad)
	}
	notes := r.Notes(7)
	if len(notes) != 4 || notes[0] != "5 of 7 lines could not be read and were left out; the first:" ||
		!strings.HasPrefix(notes[1], "  line 1: bad: .[31mé") || !strings.HasSuffix(notes[3], "…") {
		t.Errorf("%q", notes)
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("one\ntwo"))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"))
	f.Add([]byte("\x28\xb5\x2f\xfd\x04\x00"))
	f.Add([]byte("\xfd7zXZ\x00\x00\x01\x69\x22\xde\x36\x02\x00\x21\x01\x1c"))
	f.Add([]byte("\xff\xfea\x00\n\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines, _, err := linesOf(data)
		if err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("%v does not name the file", err)
		}
		for _, l := range lines {
			if len(l) > input.MaxLine || strings.Contains(l, "\n") {
				t.Errorf("a line of %d bytes", len(l))
			}
		}
	})
}
