package workload

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/bench/input"
	"lwbench/bench/input/weblog"
	"lwbench/mmu"
)

// hit is one request, written in every format.
type hit struct {
	client, method, path string
	status, size         int
}

func someHits() (hits []hit) {
	for i := range 400 {
		h := hit{fmt.Sprintf("192.0.2.%d", i*i%50), "GET", fmt.Sprintf("/f%d.html", i*7%31), 200, i * 977 % 70000}
		switch {
		case i%11 == 3:
			h.status = 206
		case i%13 == 5:
			h.status, h.size = 404, 0
		case i%17 == 6:
			h.method = "POST"
		}
		hits = append(hits, h)
	}
	return hits
}

// writers write a log in each format. Queries and the fields after the size must not change the result.
var writers = map[string]func(hits []hit) string{
	"common":        each("", `%[1]s - - [01/Jul/2025:00:00:01 +0000] "%[2]s %[3]s?q HTTP/1.1" %[4]d %[5]d`),
	"combined":      each("", `%[1]s - frank [01/Jul/2025:00:00:01 +0000] "%[2]s %[3]s HTTP/1.1" %[4]d %[5]d "http://x/" "Agent \"1\""`),
	"vhost":         each("", `www.example.org:443 %[1]s - - [01/Jul/2025:00:00:01 +0000] "%[2]s %[3]s HTTP/1.1" %[4]d %[5]d "-" "x"`),
	"blanks":        each("", `%[1]s -  -   [01/Jul/2025:00:00:01 +0000]  "%[2]s  %[3]s  HTTP/1.1"  %[4]d   %[5]d  "-"`),
	"nginx":         each("", `{"time":"2025-07-01T00:00:01+00:00","remote_addr":"%[1]s","request_method":"%[2]s","request_uri":"%[3]s?q","status":%[4]d,"body_bytes_sent":%[5]d}`),
	"nginx request": each("", `{"remote_addr":"%[1]s","request":"%[2]s %[3]s HTTP/2.0","status":"%[4]d","bytes_sent":"%[5]d"}`),
	"caddy":         each("", `{"level":"info","msg":"handled request","request":{"remote_ip":"%[1]s","remote_port":"5","client_ip":"%[1]s","proto":"HTTP/2.0","method":"%[2]s","host":"x","uri":"%[3]s","headers":{"Accept":["*/*"]}},"bytes_read":0,"duration":0.01,"size":%[5]d,"status":%[4]d}`),
	"IIS": each("#Software: IIS\n#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status sc-bytes\n",
		"2025-07-01 00:00:01 %[1]s %[2]s %[3]s - %[4]d %[5]d"),
	"CloudFront": each("#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status\n",
		"2025-07-01\t00:00:01\tFRA2\t%[5]d\t%[1]s\t%[2]s\tx.cloudfront.net\t%[3]s\t%[4]d"),
}

func each(head, format string) func([]hit) string {
	return func(hits []hit) string {
		var b strings.Builder
		b.WriteString(head)
		for _, h := range hits {
			fmt.Fprintf(&b, format+"\n", h.client, h.method, h.path, h.status, h.size)
		}
		return b.String()
	}
}

// TestAccesslogFormats checks that one log gives one digest in every format, plain and compressed.
func TestAccesslogFormats(t *testing.T) {
	d := all.Designs()[1]
	run := func(name, text string) *Outcome {
		return runCell(t, Find("accesslog"), d, 3, 0, 1, Values{"accesslog.file": logFileOf(t, name, text, false)}, nil)
	}
	want := run("common", writers["common"](someHits()))
	if want.Ops < 400 || !strings.Contains(strings.Join(want.Notes, "\n"), "answered with 206 sends") {
		t.Fatalf("%d pages sent, %q", want.Ops, want.Notes)
	}
	check := func(name string, got *Outcome) {
		if got.Digest != want.Digest || got.Ops != want.Ops {
			t.Errorf("%s: digest %x of %d pages, want %x of %d; %q", name, got.Digest, got.Ops, want.Digest, want.Ops, got.Notes)
		}
	}
	for name, text := range writers {
		check(name, run("log", text(someHits())))
	}
	packers := map[string]func(io.Writer) (io.WriteCloser, error){
		"gzip": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
		"zstd": func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
		"xz":   func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) },
	}
	for name, pack := range packers {
		var b bytes.Buffer
		w, err := pack(&b)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, writers["combined"](someHits()))
		_ = w.Close()
		check(name, run("log."+name, b.String()))
	}
}

// TestAccesslogCases runs inputs that users reported.
func TestAccesslogCases(t *testing.T) {
	d := all.Designs()[1]
	dir := "../input/weblog/testdata"
	run := func(name string) *Outcome {
		return runCell(t, Find("accesslog"), d, 8, 0, 1, Values{"accesslog.file": filepath.Join(dir, name)}, nil)
	}
	if plain, vhost := run("combined-small.log"), run("vhost-small.log"); plain.Digest != vhost.Digest {
		t.Error("a virtual host in front of the client changes the figures")
	}
	for name, pages := range map[string]int64{"two-spaces.log": 1, "nginx.json": 1, "esc.zst": 2} {
		if out := run(name); out.Ops != pages {
			t.Errorf("%s: %d pages sent, want %d", name, out.Ops, pages)
		}
	}
	two := strings.ReplaceAll(tinyLog, "/x", "/my file.html") + strings.ReplaceAll(tinyLog, "/x", "/my other.html")
	out := runCell(t, Find("accesslog"), d, 2, 0, 1, Values{"accesslog.file": logFileOf(t, "log", two, false)}, nil)
	if notes := strings.Join(out.Notes, "\n"); !strings.Contains(notes, "for 3 files sent") {
		t.Errorf("blanks in the path: %s", notes)
	}
}

// TestAccesslogNothingToSend checks that CheckInput and Run reject each of these before anything runs.
func TestAccesslogNothingToSend(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "the file is empty",
		"\x00\x01\x02\x03":     "it is a binary file",
		"\x04\x22\x4d\x18":     "it is a lz4 file",
		"one\ntwo\n":           "none of the first 2 lines is a request",
		`a - - [x] "-" 408 -`:  "none of its lines (1) is a GET answered with 200 or 206 (read as common format)",
		"#Fields: date time\n": "the #Fields line has no c-ip",
	} {
		path := logFileOf(t, "log", text, false)
		values := Values{"accesslog.file": path}
		early := Find("accesslog").CheckInput(&Cell{Params: values})
		m, _ := mmu.New(testSpec(), mmu.Options{CPUs: 2})
		a, _ := all.Designs()[1].New(m, allocators.Tuning{})
		_, late := Run(context.Background(), Find("accesslog"), &Cell{Machine: m, Alloc: a, Params: values}, RunOptions{})
		for _, err := range []error{early, late} {
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%q: %v, want %q", text, err, want)
			}
		}
	}
}

// TestAccesslogOneClient checks the note about a proxy that sends most requests.
func TestAccesslogOneClient(t *testing.T) {
	hits := someHits()
	for i := range hits {
		if i%20 != 0 {
			hits[i].client = "10.0.0.1"
		}
	}
	out := runCell(t, Find("accesslog"), all.Designs()[1], 4, 0, 1, Values{"accesslog.file": logFileOf(t, "log", writers["common"](hits), false)}, nil)
	if notes := strings.Join(out.Notes, "\n"); !strings.Contains(notes, "one client, 10.0.0.1, sends 95 % of the requests") {
		t.Error(notes)
	}
}

// TestAccesslogCache: a log that names more pages than the cache holds reuses them, and the machine has no more.
func TestAccesslogCache(t *testing.T) {
	var hits []hit
	for i := range 3000 {
		hits = append(hits, hit{"h", "GET", fmt.Sprint("/", i%1500), 200, 4 * 4096})
	}
	m, _ := mmu.New(testSpec(), mmu.Options{CPUs: 2})
	a, _ := all.Designs()[1].New(m, allocators.Tuning{})
	values := Values{"accesslog.file": logFileOf(t, "log", writers["common"](hits), false), "accesslog.cache": "1024"}
	out, err := Run(context.Background(), Find("accesslog"), &Cell{Machine: m, Alloc: a, Params: values}, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if out.Ops != 4*3000 || m.NumPages() > 1024 || !strings.Contains(strings.Join(out.Notes, "\n"), "a file gave up its pages (accesslog.cache=1024)") {
		t.Errorf("%d pages sent, the machine has %d; %q", out.Ops, m.NumPages(), out.Notes)
	}
	values["accesslog.cache"] = "8192"
	m, _ = mmu.New(testSpec(), mmu.Options{CPUs: 2})
	a, _ = all.Designs()[1].New(m, allocators.Tuning{})
	if _, err = Run(context.Background(), Find("accesslog"), &Cell{Machine: m, Alloc: a, Params: values}, RunOptions{}); err != nil || m.NumPages() != 4*1500 {
		t.Errorf("%d pages with room for all, %v", m.NumPages(), err)
	}
}

// TestAccesslogSample counts the GET requests of the public sample log that were answered with 200.
func TestAccesslogSample(t *testing.T) {
	const path = "../../../shared/data/access-3000.log.gz"
	if _, err := os.Stat(path); err != nil {
		t.Skip("the sample log is not here: ", path)
	}
	var files input.Files
	defer func() { _ = files.Close() }()
	lines, err := files.Lines(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := weblog.Open(lines, "auto")
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]int)
	var r weblog.Request
	for w.Next(&r) == nil {
		got[fmt.Sprintf("%s %d", r.Method, r.Status)]++
	}
	if got["GET 200"] != 2629 || w.Line() != 3000 || w.Rejects.N != 0 {
		t.Errorf("%v, %d lines, %+v", got, w.Line(), w.Rejects)
	}
}
