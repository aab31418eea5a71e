package workload

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/internal/testsize"
	"lwbench/mmu"
)

const tinyLog = `a - - [17/May/2015:10:05:03 +0000] "GET /x?q=1 HTTP/1.1" 200 8192 "-" "Agent \"quoted\""
b - - [17/May/2015:10:05:04 +0000] "GET /x HTTP/1.1" 200 20000
c - - [17/May/2015:10:05:05 +0000] "GET /x HTTP/1.1" 200 100
c - - [17/May/2015:10:05:05 +0000] "POST /x HTTP/1.1" 200 100
d - - [17/May/2015:10:05:06 +0000] "GET /y HTTP/1.1" 304 -
garbage
e - - [x] "GET /z" 200 1
`

func logFileOf(t testing.TB, name, text string, zip bool) string {
	t.Helper()
	data := []byte(text)
	if zip {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
		data = b.Bytes()
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAccesslogTiny: /x is 2 pages, then 5 for the second and the third request; /z is 1: 2 + 5 + 5 + 1 pages.
func TestAccesslogTiny(t *testing.T) {
	for _, zip := range []bool{false, true} {
		for _, cpus := range []int{1, 3, 8} {
			path := logFileOf(t, "log", tinyLog, zip)
			out := runCell(t, Find("accesslog"), all.Designs()[1], cpus, 0, 1, Values{"accesslog.file": path}, nil)
			checkOutcome(t, out, all.Designs()[1], 13)
			notes := strings.Join(out.Notes, "\n")
			for _, want := range []string{"read as common format", "7 lines: 4 requests for 2 files sent (4 answered with 200, 0 with 206), the longest of 5 pages; 2 lines", "1 of 7 lines could not be read", "line 6: no [time]: garbage"} {
				if !strings.Contains(notes, want) {
					t.Errorf("%q lacks %q", notes, want)
				}
			}
		}
	}
}

func TestAccesslogSkewedClient(t *testing.T) {
	line := strings.SplitAfter(tinyLog, "\n")[1]
	path := logFileOf(t, "log", strings.Repeat(line, 3*dealBacklog), false)
	out := runCell(t, Find("accesslog"), all.Designs()[1], 8, 0, 1, Values{"accesslog.file": path, "accesslog.rtt": "5"}, nil)
	checkOutcome(t, out, all.Designs()[1], 5*3*dealBacklog)
}

func TestAccesslogBadFiles(t *testing.T) {
	whole := logFileOf(t, "log.gz", strings.Repeat(tinyLog, 100), true)
	data, _ := os.ReadFile(whole)
	cut := filepath.Join(t.TempDir(), "cut.gz")
	_ = os.WriteFile(cut, data[:len(data)-12], 0o600)
	bad := filepath.Join(t.TempDir(), "bad.gz")
	_ = os.WriteFile(bad, []byte("\x1f\x8b\x01 no compression method"), 0o600)
	for path, want := range map[string]string{
		cut: "cut.gz:", bad: "broken gzip file", "/no/such": "cannot read /no/such: no such file", "": "accesslog.file=FILE",
		t.TempDir(): "is a directory",
	} {
		m, _ := mmu.New(testSpec(), mmu.Options{CPUs: 2})
		a, _ := all.Designs()[1].New(m, allocators.Tuning{})
		_, err := Run(context.Background(), Find("accesslog"), &Cell{Machine: m, Alloc: a, Params: Values{"accesslog.file": path}}, RunOptions{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
		if path == cut && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v does not wrap the cause", err)
		}
	}
}

func TestAccesslogRealFile(t *testing.T) {
	const path = "../../../shared/data/access-3000.log.gz"
	if _, err := os.Stat(path); err != nil {
		t.Skip("the sample log is not here: ", path)
	}
	for _, d := range testsize.Some(testsize.Some(able(Find("accesslog"), nil), 0), 0) {
		cpus := 8
		if d.Grows != "" { // a client's pages flow one way, to its protocol CPU: more CPUs exhaust the window, see TestStarved
			cpus = 2
		}
		out := runCell(t, Find("accesslog"), d, cpus, 0, 1, Values{"accesslog.file": path}, allocators.Tuning{"sfbuf.nsfbufs": 16384})
		checkOutcome(t, out, d, out.Ops)
		if out.Ops < 10000 {
			t.Errorf("%s: only %d pages sent", d.Name, out.Ops)
		}
	}
}

// TestStarved checks that a workload that retries forever ends if a design has exhausted the KVA window.
func TestStarved(t *testing.T) {
	for _, d := range all.Designs() {
		if d.Grows == "" {
			continue
		}
		m, _ := mmu.New(testSpec(), mmu.Options{CPUs: 2, KVAPages: 64})
		a, err := d.New(m, allocators.Tuning{})
		if err != nil {
			t.Fatal(err)
		}
		log := strings.Repeat(strings.SplitAfter(tinyLog, "\n")[0], 100)
		_, err = Run(context.Background(), Find("accesslog"), &Cell{
			Machine: m, Alloc: a, Design: d, Params: Values{"accesslog.file": logFileOf(t, "one-way.log", log, false)},
		}, RunOptions{})
		if !errors.Is(err, ErrStarved) || errors.Is(err, allocators.ErrNoBuf) {
			t.Errorf("%s: %v, want ErrStarved", d.Name, err)
		}
	}
}
