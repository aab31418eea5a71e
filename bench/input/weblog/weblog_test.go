package weblog_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lwbench/bench/input"
	"lwbench/bench/input/weblog"
)

// read reads a whole log and returns one line of text per request.
func read(t testing.TB, name, text, format string) (out []string, w *weblog.Reader, err error) {
	t.Helper()
	lines, err := input.NewLines(name, strings.NewReader(text))
	if err != nil {
		return nil, nil, err
	}
	if w, err = weblog.Open(lines, format); err != nil {
		return nil, nil, err
	}
	var r weblog.Request
	for {
		err := w.Next(&r)
		if errors.Is(err, io.EOF) {
			return out, w, nil
		}
		if err != nil {
			return out, w, err
		}
		out = append(out, fmt.Sprintf("%s %s %s %d %d", r.Client, r.Method, r.Path, r.Status, r.Size))
	}
}

// tail makes a line of common format from its request; ` 200 5` follows.
func tail(request string) string { return `a - - [x] "` + request + `" 200 5` }

func TestLines(t *testing.T) {
	const agent = ` "http://x/" "Agent \"1\" (y)"`
	for _, k := range []struct{ format, line, want string }{
		{"common", `192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326`, "192.0.2.1 GET /a.gif 200 2326"},
		{"common", `h - - [x] "GET /a?b=c?d HTTP/1.1" 206 7` + agent, "h GET /a 206 7"},
		{"common", "h\t-\t-\t[x]\t\"GET /a HTTP/1.1\"\t200\t7", "h GET /a 200 7"},
		{"common", `h - -  [x]   "GET   /a   HTTP/1.1"   200   7  "-"`, "h GET /a 200 7"},
		{"common", `h - frank smith [x] "GET /a HTTP/1.1" 200 7`, "h GET /a 200 7"},
		{"common", `10.0.0.1, 10.0.0.2, h - - [x] "GET /a HTTP/1.1" 200 7`, "10.0.0.1 GET /a 200 7"},
		{"common", `2001:db8::1 - - [x] "GET /a HTTP/1.1" 304 -`, "2001:db8::1 GET /a 304 0"},
		{"common", tail(`GET /my file.html HTTP/1.1`), "a GET /my file.html 200 5"},
		{"common", tail(`GET /a "quoted" b HTTP/1.1`), `a GET /a "quoted" b 200 5`},
		{"common", tail(`GET /a \"quoted\" b HTTP/1.1`), `a GET /a \"quoted\" b 200 5`},
		{"common", tail(`GET /x" 404 9 HTTP/1.1`), `a GET /x" 404 9 200 5`},
		{"common", tail(`GET /old`), "a GET /old 200 5"},
		{"common", tail(`GET /a HTTP/2.0`) + agent + ` 0.003 "upstream" 200 99`, "a GET /a 200 5"},
		{"common", `a - - [x] "-" 408 -`, "a   408 0"},
		{"common", `a - - [x] "\x16\x03\x01" 400 226`, "a   400 226"},
		{"common", tail(`POST /form HTTP/1.1`), "a POST /form 200 5"},
		{"vhost", `www.example.org:443 192.0.2.1 - - [x] "GET /a HTTP/1.1" 200 7` + agent, "192.0.2.1 GET /a 200 7"},
		{"vhost", `[2001:db8::1]:443 192.0.2.1 - frank smith [x] "GET /a HTTP/1.1" 200 7`, "192.0.2.1 GET /a 200 7"},
		{"json", `{"remote_addr":"h","request":"GET /a?b HTTP/1.1","status":200,"body_bytes_sent":7}`, "h GET /a 200 7"},
		{"json", `{"remote_addr":"h","request_method":"GET","request_uri":"/a b?c","status":"206","bytes_sent":"7"}`, "h GET /a b 206 7"},
		{"json", `{"request":{"remote_addr":"192.0.2.1:55","method":"GET","uri":"/\u0061"},"status":200,"size":7}`, "192.0.2.1 GET /a 200 7"},
		{"json", `{"request":{"remote_ip":"h","client_ip":"c","remote_port":"5","method":"GET","uri":"/a","headers":{"X":["[[["]}},"size":7,"status":404}`, "c GET /a 404 7"},
		{"json", `{"ClientHost":"h","RequestMethod":"GET","RequestPath":"/a","DownstreamStatus":200,"DownstreamContentSize":7}`, "h GET /a 200 7"},
		{"json", `{"remote_addr":"h","request":"","status":400,"body_bytes_sent":0}`, "h   400 0"},
	} {
		got, w, err := read(t, "log", k.line+"\n", k.format)
		if err != nil || len(got) != 1 || got[0] != k.want {
			t.Errorf("%s: %s:\n got %q (%v)\nwant %q", k.format, k.line, got, err, k.want)
			if w != nil {
				t.Log(w.Rejects)
			}
		}
	}
}

func TestRejects(t *testing.T) {
	for _, k := range []struct{ format, line, want string }{
		{"common", "garbage", "no [time]"},
		{"common", `a - - [x "GET /a HTTP/1.1" 200 5`, "no [time]"},
		{"common", `- - - [x] "GET /a HTTP/1.1" 200 5`, "no client"},
		{"common", `a - - [x] "GET /a HTTP`, `no "request"`},
		{"common", `a - - [x] "GET /a HTTP/1.1" 99 5`, `no "request"`},
		{"common", `a - - [x] "GET /a HTTP/1.1" 200 5x`, `no "request"`},
		{"common", `a - - [x] "GET /a HTTP/1.1" 200 9999999999999999999`, `no "request"`},
		{"common", `w.example.org 192.0.2.1 - - [x] "GET /a HTTP/1.1" 200 5`, "a virtual host before the client"},
		{"vhost", `192.0.2.1 - - [x] "GET /a HTTP/1.1" 200 5`, "no virtual host"},
		{"json", `{"remote_addr":"h"`, "not a JSON object"},
		{"json", "[1]", "not a JSON object"},
		{"json", strings.Repeat("{\"a\":", 40) + "1" + strings.Repeat("}", 40), "not a JSON object"},
		{"json", `{"status":200,"size":5}`, "no field for the client"},
		{"json", `{"remote_addr":"h","size":5}`, "no field for the status"},
		{"json", `{"remote_addr":"h","status":20000,"size":5}`, "the status is not a number"},
		{"json", `{"remote_addr":"h","status":200}`, "no field for the size"},
		{"json", `{"remote_addr":"h","status":200,"size":-5}`, "no field for the size"},
		{"json", `{"remote_addr":"h","status":200,"size":5}`, "no field for the request"},
		{"w3c", "a b c", "no #Fields line"},
	} {
		got, w, err := read(t, "log", k.line+"\n", k.format)
		if err != nil || len(got) != 0 || w.Rejects.N != 1 || !strings.Contains(w.Rejects.First[0].Why.Error(), k.want) {
			t.Errorf("%s: %.60s: got %q %v, want %q", k.format, k.line, got, err, k.want)
		}
	}
}

const iis = "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status sc-bytes\r\n" +
	"2025-07-01 00:00:01 192.0.2.1 GET /a b=c 200 7\r\n2025-07-01 00:00:01 192.0.2.1 GET /b - 304 -\r\nshort\r\n" +
	"#Fields: c-ip sc-status sc-bytes cs-method cs-uri\r\n192.0.2.2 200 8 GET /c?d\r\n"

const cloudFront = "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer)\n" +
	"2025-07-01\t00:00:01\tFRA2\t7\t192.0.2.1\tGET\tx.cloudfront.net\t/a\t200\t-\n2025-07-01\t00:00:01\tFRA2\t0\t192.0.2.1\tGET\tx\t/b\t000\t-\n"

func TestW3C(t *testing.T) {
	got, w, err := read(t, "log", iis, "auto")
	if want := "[192.0.2.1 GET /a 200 7 192.0.2.1 GET /b 304 0 192.0.2.2 GET /c 200 8]"; err != nil || fmt.Sprint(got) != want || w.Rejects.N != 1 {
		t.Errorf("%v %v, want %s", got, err, want)
	}
	got, _, err = read(t, "log", cloudFront, "auto")
	if want := "[192.0.2.1 GET /a 200 7 192.0.2.1 GET /b 0 0]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("%v %v, want %s", got, err, want)
	}
	_, _, err = read(t, "u_ex.log", strings.ReplaceAll(iis, " sc-bytes", ""), "auto")
	if want := "u_ex.log: the #Fields line has no sc-bytes: add it"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestDetect: the format is detected and named, even if some lines are garbage.
func TestDetect(t *testing.T) {
	for _, k := range []struct{ file, want string }{
		{"combined-small.log", "combined format"},
		{"vhost-small.log", "common or combined format with a virtual host in front"},
		{"two-spaces.log", "combined format"},
		{"nginx.json", "one JSON object per line"},
		{"esc.zst", "combined format, zstd"},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", k.file))
		if err != nil {
			t.Fatal(err)
		}
		got, w, err := read(t, k.file, string(data), "auto")
		if err != nil || w.Format() != k.want || w.Rejects.N != 0 || len(got) == 0 {
			t.Errorf("%s: %d requests, %v, want %q", k.file, len(got), err, k.want)
			continue
		}
		again, w, err := read(t, k.file, "garbage\n"+string(data), "auto")
		if k.file != "esc.zst" && (err != nil || w.Rejects.N != 1 || len(again) != len(got)) {
			t.Errorf("%s after a line of garbage: %d requests, want %d; %v", k.file, len(again), len(got), err)
		}
	}
	one, _, _ := read(t, "l", strings.Repeat(tail("GET / HTTP/1.1")+"\n", 3)+tail("GET / HTTP/1.1")+` "-" "x"`+"\n", "auto")
	if len(one) != 4 {
		t.Errorf("a log in two formats: %d of 4 lines", len(one))
	}
}

func TestOpenErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "f: the file is empty",
		"\n \n\n":                     "f: the file contains only blank lines",
		strings.Repeat("x", 1<<17):    "f:1: a line of more than 64 KiB",
		"\x7fELF\x02\x01\x01\x00\x00": "f: it is a binary file",
		"\x28\xb5\x2f\xfdgarbage":     "f:1: the zstd file is broken",
		"\xfd7zXZ\x00garbage":         "f: the xz file ends early",
		"BZh9garbage":                 "f:1: the bzip2 file ends early",
		"\x1f\x8bgarbage, not gzip":   "f: broken gzip file",
		"PK\x03\x04zip":               "f: it is a zip file, which lwbench does not read: unpack it first",
		"Dear diary\nToday\n":         "f:1: none of the first 2 lines is a request in a known format (combined, common, vhost, json, w3c): Dear diary",
		"\x1b[31mred\n":               "f:1: none of the first 1 lines is a request in a known format (combined, common, vhost, json, w3c): .[31mred",
	} {
		_, _, err := read(t, "f", text, "auto")
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
	empty, err := os.ReadFile("testdata/empty.log")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := read(t, "empty.log", string(empty), "auto"); err == nil || err.Error() != "empty.log: the file is empty" {
		t.Error(err)
	}
	if _, _, err := read(t, "f", "x\n", "clf"); err == nil || !strings.Contains(err.Error(), `no format "clf": choose one of auto, combined`) {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		tail("GET /a HTTP/1.1"), tail(`GET /a "b" \" HTTP/1.1`), iis, cloudFront, `h - frank smith [x] "GET /a" 200 7`,
		`[::1]:80 h - - [x] "GET /a HTTP/1.1" 200 7`, `{"request":{"remote_ip":"h","method":"GET","uri":"/a"},"size":7,"status":404}`,
		`{"remote_addr":"h","request":"GET / HTTP/1.1","status":"200","body_bytes_sent":"-"}`, "a, b - - [x] \"\" 200 -",
	} {
		for _, format := range weblog.Choices() {
			f.Add([]byte(s+"\n"), format)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, format string) {
		lines, err := input.NewLines("f", strings.NewReader(string(text)))
		if err != nil {
			return
		}
		w, err := weblog.Open(lines, format)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%q is not one printable line", err)
			}
			return
		}
		var r weblog.Request
		n := 0
		for w.Next(&r) == nil {
			n++
			if len(r.Client) == 0 || r.Size < 0 || r.Status < 0 || r.Status > 999 || (len(r.Method) > 0) != (len(r.Path) > 0) {
				t.Errorf("%+v", r)
			}
		}
		if n+w.Rejects.N > w.Line() {
			t.Errorf("%d requests and %d rejects of %d lines", n, w.Rejects.N, w.Line())
		}
	})
}

// TestCutPacked: wherever a compressed log is cut, the message says that the file ends early, and never that it has no request.
func TestCutPacked(t *testing.T) {
	line := `h - - [10/Oct/2000:13:55:36 -0700] "GET /` + strings.Repeat("a/b", 40) + `.html HTTP/1.1" 200 4096` + "\n"
	var whole bytes.Buffer
	z := gzip.NewWriter(&whole)
	for i := range 50 {
		if _, err := fmt.Fprintf(z, "%d%s", i, line); err != nil {
			t.Fatal(err)
		}
		if err := z.Flush(); err != nil { // what is there can be unpacked
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for n := 2; n < whole.Len(); n++ {
		_, _, err := read(t, "f", whole.String()[:n], "auto")
		if err == nil || !strings.Contains(err.Error(), "the gzip file ends early") {
			t.Fatalf("the first %d of %d bytes: %v", n, whole.Len(), err)
		}
	}
}
