package serve

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sweepForm is a small sweep.
func sweepForm(change ...string) url.Values {
	v := url.Values{"alloc": {"sfbuf", "lwbuf"}, "workload": {"xio"}, "cpus": {"1,2"}, "ops": {"50"}, "machine": {"haswell-2s"}}
	for i := 0; i+1 < len(change); i += 2 {
		v[change[i]] = []string{change[i+1]}
	}
	return v
}

// TestHostileRequests checks that malicious requests fail and leave nothing in the folder.
func TestHostileRequests(t *testing.T) {
	big := url.Values{"alloc": {strings.Repeat("x", maxBody)}}
	header := func(key, value string) func(*http.Request) { return func(r *http.Request) { r.Header.Set(key, value) } }
	host := func(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }
	for _, k := range []struct {
		name, method, target string
		form                 url.Values
		change               func(*http.Request)
		want                 int
	}{
		{"rebound name", "GET", "/", nil, host("evil.example:8370"), 421},
		{"another port", "GET", "/", nil, host("127.0.0.1:80"), 421},
		{"no port", "GET", "/", nil, host("localhost"), 421},
		{"no host", "GET", "/", nil, host(""), 421},
		{"localhost.evil", "GET", "/", nil, host("localhost.evil.example:8370"), 421},
		{"localhost", "GET", "/", nil, host("localhost:8370"), 200},
		{"IPv6", "GET", "/", nil, host("[::1]:8370"), 200},
		{"cross-origin start", "POST", "/sweep", sweepForm(), header("Origin", "http://evil.example"), 403},
		{"another port's page", "POST", "/sweep", sweepForm(), header("Origin", "http://127.0.0.1:9999"), 403},
		{"https page", "POST", "/sweep", sweepForm(), header("Origin", "https://"+addr), 403},
		{"null origin", "POST", "/sweep", sweepForm(), header("Origin", "null"), 403},
		{"no origin", "POST", "/sweep", sweepForm(), func(r *http.Request) { r.Header.Del("Origin") }, 403},
		{"cross-origin cancel", "POST", "/sweep/cancel", url.Values{"file": {"web-001.txt"}}, header("Origin", "http://evil.example"), 403},
		{"start by GET", "GET", "/sweep?" + sweepForm().Encode(), nil, nil, 200}, // shows the form
		{"cancel by GET", "GET", "/sweep/cancel", nil, nil, 405},
		{"PUT", "PUT", "/sweep", nil, nil, 405},
		{"DELETE", "DELETE", "/a.txt", nil, nil, 405},
		{"TRACE", "TRACE", "/", nil, nil, 405},
		{"oversized form", "POST", "/sweep", big, nil, 400},
		{"a file of the folder", "GET", "/a.txt", nil, nil, 404},
		{"traversal", "GET", "/pprof/../../../../etc/passwd", nil, nil, 307}, // to /etc/passwd, which gives 404
		{"escaped traversal", "GET", "/pprof/%2e%2e%2f%2e%2e%2fetc%2fpasswd/-/flamegraph", nil, nil, 404},
		{"NUL", "GET", "/%00", nil, nil, 400},
		{"profile by path", "GET", "/profiles/open?profile=../../etc/passwd", nil, nil, 303}, // to a page that rejects it
		{"no design", "POST", "/sweep", url.Values{"workload": {"xio"}}, nil, 400},
		{"unknown design", "POST", "/sweep", sweepForm("alloc", "nobody"), nil, 400},
		{"a machine file", "POST", "/sweep", sweepForm("machine", "/etc/passwd", "cpus", "0"), nil, 400},
		{"workload with an input", "POST", "/sweep", sweepForm("workload", "accesslog"), nil, 400},
		{"too many CPUs", "POST", "/sweep", sweepForm("cpus", "1024"), nil, 400},
		{"no CPUs", "POST", "/sweep", sweepForm("cpus", "0"), nil, 400},
		{"negative CPUs", "POST", "/sweep", sweepForm("cpus", "-1"), nil, 400},
		{"many CPU counts", "POST", "/sweep", sweepForm("cpus", numbers(200), "reps", "20"), nil, 400},
		{"too many operations", "POST", "/sweep", sweepForm("ops", "10001"), nil, 400},
		{"too much work", "POST", "/sweep", sweepForm("cpus", "250,251,252,253", "ops", "10000"), nil, 400},
		{"too many repetitions", "POST", "/sweep", sweepForm("reps", "21"), nil, 400},
		{"overflow", "POST", "/sweep", sweepForm("ops", "99999999999999999999"), nil, 400},
		{"bad seed", "POST", "/sweep", sweepForm("seed", "1;rm -rf /"), nil, 400},
	} {
		t.Run(k.name, func(t *testing.T) { refuse(t, request(k.method, k.target, k.form), k.change, k.want) })
	}
}

// refuse answers a request and fails unless it has that status, had no effect and disclosed nothing.
func refuse(t *testing.T, r *http.Request, change func(*http.Request), want int) {
	t.Helper()
	s, h, dir := open(t, map[string]string{"a.txt": results})
	if change != nil {
		change(r)
	}
	w := answerTo(h, r)
	if w.Code != want {
		t.Errorf("%d, want %d: %.300s", w.Code, want, w.Body.String())
	}
	if strings.Contains(w.Body.String(), "root:") {
		t.Error("it serves /etc/passwd")
	}
	if running, past := s.sweeps.states(); running != nil || past != nil {
		t.Error("a sweep was started")
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("the folder has %d files, %v", len(list), err)
	}
	for _, key := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options"} {
		if w.Header().Get(key) == "" {
			t.Errorf("no %s", key)
		}
	}
}

// numbers returns "1,2,…,n".
func numbers(n int) string {
	var s []string
	for i := range n {
		s = append(s, fmt.Sprint(i+1))
	}
	return strings.Join(s, ",")
}

// TestLinksOutOfTheFolder: links that lead out of the folder are not followed, and pipes are not opened.
func TestLinksOutOfTheFolder(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(outside, []byte(results), 0o644); err != nil {
		t.Fatal(err)
	}
	_, h, dir := open(t, nil)
	if err := os.Symlink(outside, filepath.Join(dir, "link.txt")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(filepath.Dir(outside), filepath.Join(dir, "folder")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "p.pb.gz")); err != nil {
		t.Fatal(err)
	}
	_, text := ask(t, h, "GET", "/", nil)
	wantText(t, text, "No results yet")
	if code, _ := ask(t, h, "GET", "/pprof/"+encode("p.pb.gz")+"/-/flamegraph", nil); code != http.StatusNotFound {
		t.Errorf("a link to /etc/passwd: %d", code)
	}
	if code, _ := ask(t, h, "GET", "/pprof/"+encode("folder/secret.pb.gz")+"/-/flamegraph", nil); code != http.StatusNotFound {
		t.Errorf("a folder outside: %d", code)
	}
}

// TestSweepFromThePage: a sweep from the page runs, one at a time, can be cancelled, and writes a result file.
func TestSweepFromThePage(t *testing.T) {
	s, h, dir := open(t, nil)
	if code, text := ask(t, h, "POST", "/sweep", sweepForm()); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text)
	}
	past := ended(t, s)
	if past[0].End != "finished" || past[0].Done != 4 {
		t.Errorf("it ended as %+v", past[0])
	}
	data, err := os.ReadFile(filepath.Join(dir, "web-001.txt"))
	want := "# made by: lwbench sweep --alloc sfbuf,lwbuf --workload xio --cpus 1,2 --machine haswell-2s --ops 50\n"
	if err != nil || !strings.HasPrefix(string(data), want) {
		t.Errorf("%v, %.200s", err, data)
	}
	_, text := ask(t, h, "GET", "/", nil)
	wantText(t, text, "<h1>xio on haswell-2s</h1>")
	_, text = ask(t, h, "GET", "/sweep", nil)
	wantText(t, text, "web-001.txt: finished, 4 of 4 cells")

	long := sweepForm("cpus", "64,128", "ops", "2000", "reps", "20", "seed", "7")
	if code, text := ask(t, h, "POST", "/sweep", long); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text)
	}
	_, text = ask(t, h, "GET", "/sweep", nil)
	wantText(t, text, `http-equiv="refresh"`, "of 80 cells are in web-002.txt", "<progress", "Cancel")
	code, text := ask(t, h, "POST", "/sweep", sweepForm())
	if code != http.StatusConflict {
		t.Errorf("a second sweep: %d", code)
	}
	wantText(t, text, "web-002.txt is running: wait for it, or cancel it")
	ask(t, h, "POST", "/sweep/cancel", url.Values{"file": {"web-001.txt"}}) // a finished one
	if running, _ := s.sweeps.states(); running == nil {
		t.Error("the wrong sweep was cancelled")
	}
	ask(t, h, "POST", "/sweep/cancel", url.Values{"file": {"web-002.txt"}})
	if past := ended(t, s); past[0].End != "cancelled" || past[0].File != "web-002.txt" {
		t.Errorf("it ended as %+v", past[0])
	}
}

// ended waits for the running sweep.
func ended(t *testing.T, s *Server) []state {
	t.Helper()
	for range 6000 {
		if running, past := s.sweeps.states(); running == nil {
			return past
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the sweep has not ended")
	return nil
}

// serving starts s on a free port. stop ends it; served receives its error.
func serving(t *testing.T, s *Server) (addr string, stop func(), served chan error) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served = make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	return l.Addr().String(), stop, served
}

// TestStopsCleanly: a server stops even with a running sweep and a client that never finishes its request.
func TestStopsCleanly(t *testing.T) {
	s, _, dir := open(t, nil)
	s.patience = 100 * time.Millisecond
	addr, stop, served := serving(t, s)
	slow, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close() // the server has closed it
	if _, err := slow.Write([]byte("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "http://"+addr+"/sweep", strings.NewReader(sweepForm("cpus", "64,128", "ops", "2000", "reps", "20").Encode()))
	r.RequestURI = ""
	r.Header.Set("Origin", "http://"+addr)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil || answer.StatusCode != http.StatusSeeOther {
		t.Fatal(answer, err)
	}
	_ = answer.Body.Close()
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if running, past := s.sweeps.states(); running != nil || len(past) != 1 || past[0].End != "cancelled" {
		t.Errorf("the sweep: %v, %v", running, past)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "web-001.txt")); err == nil && !strings.HasSuffix(string(data), "\n") {
		t.Error("its file is truncated")
	}
}

// TestSlowReader: the server waits for a slow client only up to the limit.
func TestSlowReader(t *testing.T) {
	s, _, _ := open(t, nil)
	s.patience = 100 * time.Millisecond
	addr, stop, served := serving(t, s)
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close() // the server has closed it
	if _, err := c.Write([]byte("GET / HTTP/1.1\r\nHost: ")); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(c).ReadString('\n'); strings.Contains(line, "200") {
		t.Errorf("%q, %v", line, err)
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
