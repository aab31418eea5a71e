package serve

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"lwbench/allocators/all"
	"lwbench/bench/plan"
	"lwbench/bench/workload"
	"lwbench/mmu/machines"
)

const results = `# made by: lwbench sweep --workload xio
engine: virtual
machine: haswell-2s

BenchmarkXio/alloc=sfbuf/cpus=1 1 500 cycles/op 0.75 reuse
BenchmarkXio/alloc=sfbuf/cpus=4 1 2000 cycles/op 0.5 reuse
BenchmarkXio/alloc=lwbuf/cpus=1 1 700 cycles/op 0 reuse
BenchmarkXio/alloc=lwbuf/cpus=4 1 710 cycles/op 0 reuse
BenchmarkExec/alloc=lwbuf/cpus=4 1 710 cycles/op 0 reuse
`

const addr = "127.0.0.1:8370"

// open makes a server over a folder with the given files.
func open(t *testing.T, files map[string]string) (*Server, http.Handler, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := New(Config{
		Dir: dir, Jobs: 2,
		Lists: plan.Lists{Designs: all.Designs(), Workloads: workload.All(), Machine: machines.Load},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, s.Handler(addr), dir
}

// ask sends one request as from a page of the server itself.
func ask(t *testing.T, h http.Handler, method, target string, form url.Values) (int, string) {
	t.Helper()
	w := answerTo(h, request(method, target, form))
	return w.Code, w.Body.String()
}

func request(method, target string, form url.Values) *http.Request {
	r := httptest.NewRequest(method, "http://"+addr+target, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Origin", "http://"+addr)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func answerTo(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func wantText(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(text, s) {
			t.Errorf("missing %q in %.1500s", s, text[strings.Index(text, "<main>")+1:])
		}
	}
}

// age sets the modification times of files, each older than the one before.
func age(t *testing.T, dir string, names ...string) {
	t.Helper()
	for i, name := range names {
		at := time.Now().Add(-time.Duration(i+1) * time.Hour)
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNewestFile: a page shows one file: by default the newest, or the next one if that is broken.
func TestNewestFile(t *testing.T) {
	other := strings.ReplaceAll(results, "haswell-2s", "numa-8s")
	broken := strings.ReplaceAll(results, "BenchmarkExec/alloc=lwbuf", "BenchmarkExec/alloc")
	_, h, dir := open(t, map[string]string{"new.txt": results, "old.txt": other, "broken.txt": broken, "note.txt": "hello\n"})
	age(t, dir, "broken.txt", "new.txt", "old.txt")
	_, text := ask(t, h, "GET", "/", nil)
	wantText(t, text, "<h1>xio on haswell-2s</h1>", `<option value="new.txt" selected>`, `<option value="old.txt">`, "2 notes", "broken.txt:9: ")
	if strings.Index(text, `"new.txt"`) > strings.Index(text, `"old.txt"`) || strings.Contains(text, ">numa-8s<") || strings.Contains(text, `value="broken.txt"`) {
		t.Error("the files are not listed by age, or two of them are on one page")
	}
	_, text = ask(t, h, "GET", "/?file=old.txt", nil)
	wantText(t, text, "<h1>xio on numa-8s</h1>", `href="/cells?file=old.txt"`, `href="/report?file=old.txt"`)
	_, text = ask(t, h, "GET", "/?file=none.txt", nil)
	wantText(t, text, "there is no result file &#34;none.txt&#34; here: this is new.txt")
	if w := answerTo(h, request("GET", "/report?file=none.txt", nil)); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/?file=none.txt" {
		t.Errorf("a report of no file: %d, %q", w.Code, w.Header().Get("Location"))
	}
	for _, bad := range []string{"../old.txt", "none.txt", "/etc/passwd", "broken.txt"} {
		_, text = ask(t, h, "GET", "/?"+url.Values{"file": {bad}}.Encode(), nil)
		wantText(t, text, "<h1>xio on haswell-2s</h1>")
	}
	age(t, dir, "old.txt", "new.txt")
	_, text = ask(t, h, "GET", "/", nil)
	wantText(t, text, "<h1>xio on numa-8s</h1>")
}

// TestUsefulPair: the default pair of cells is the cheapest and the second on the most CPUs.
func TestUsefulPair(t *testing.T) {
	_, h, _ := open(t, map[string]string{"a.txt": results})
	_, text := ask(t, h, "GET", "/cells?workload=xio", nil)
	wantText(t, text, `<option value="lwbuf on 4 CPUs" selected>`, `<option value="sfbuf on 4 CPUs" selected>`, "<td>710</td><td>2,000</td><td>2.82×</td>")
}

func TestPicker(t *testing.T) {
	_, h, _ := open(t, map[string]string{"a.txt": results + strings.ReplaceAll(strings.SplitAfterN(results, "\n\n", 2)[0]+strings.SplitAfterN(results, "\n\n", 2)[1], "haswell-2s", "numa-8s")})
	code, text := ask(t, h, "GET", "/", nil)
	if code != http.StatusOK {
		t.Fatal(code)
	}
	wantText(t, text, "<h1>xio on haswell-2s</h1>", `<figure class="main" id="main">`, "cycles/op against CPUs", "sfbuf is the cheapest at 1 CPU, lwbuf at 4 CPUs", "numa-8s")
	_, text = ask(t, h, "GET", "/?workload=xio&machine=numa-8s&unit=reuse&design=sfbuf", nil)
	wantText(t, text, "<h1>xio on numa-8s</h1>", "reuse against CPUs", `value="sfbuf" checked`, "No contest: sfbuf is alone here.")
	if strings.Contains(text, "lwbuf, 4 CPUs") {
		t.Error("a design that was not chosen is drawn")
	}
	_, text = ask(t, h, "GET", "/?workload=%3Cscript%3E&unit=nonsense&design=nobody", nil)
	wantText(t, text, "<h1>xio on haswell-2s</h1>", "cycles/op against CPUs")
	if strings.Contains(text, "<script") {
		t.Error("the request's text is in the page")
	}
	_, text = ask(t, h, "GET", "/?workload=exec", nil) // one number of CPUs: a table instead of the curve
	wantText(t, text, "<h1>exec on haswell-2s</h1>", "<td>710</td>")
	_, text = ask(t, h, "GET", "/report", nil)
	wantText(t, text, "lwbench report", `id="exec-on-numa-8s"`)
}

func TestTwoCells(t *testing.T) {
	_, h, _ := open(t, map[string]string{"a.txt": results})
	_, text := ask(t, h, "GET", "/cells?workload=xio&a=sfbuf+on+4+CPUs&b=lwbuf+on+4+CPUs", nil)
	wantText(t, text, `<option value="sfbuf on 4 CPUs" selected>`, "<td>2,000</td><td>710</td><td>0.35×</td>")
	if code, _ := ask(t, h, "GET", "/cells?a=nothing&b=nothing", nil); code != http.StatusOK {
		t.Errorf("unknown cells: %d", code)
	}
}

func TestEmptyAndBadFolders(t *testing.T) {
	_, h, dir := open(t, nil)
	for _, page := range []string{"/", "/cells", "/profiles", "/sweep"} {
		if code, _ := ask(t, h, "GET", page, nil); code != http.StatusOK {
			t.Errorf("%s of an empty folder: %d", page, code)
		}
	}
	_, text := ask(t, h, "GET", "/", nil)
	wantText(t, text, "No results yet")
	for name, data := range map[string]string{"foreign.txt": "hello\n", "<b>.txt": "x", "good.txt": results, ".hidden.txt": results} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, text = ask(t, h, "GET", "/", nil) // new files are read
	wantText(t, text, "<h1>xio on haswell-2s</h1>", "2 notes", "foreign.txt:1: not a result file of lwbench", "&lt;b&gt;.txt:1")
	if err := os.WriteFile(filepath.Join(dir, "good.txt"), []byte(results+"BenchmarkXio/alloc=sf"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, text = ask(t, h, "GET", "/?file=good.txt", nil)
	wantText(t, text, "<h1>xio on haswell-2s</h1>", "left out: good.txt:", "the last line is cut off")
	if _, err := New(Config{Dir: filepath.Join(dir, "none")}); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("a missing folder: %v", err)
	}
}

// tiny is a profile of two functions; big gives the second its value.
func tiny(t *testing.T, big int64) string {
	t.Helper()
	m := &profile.Mapping{ID: 1, HasFunctions: true, HasFilenames: true, HasLineNumbers: true}
	p := &profile.Profile{SampleType: []*profile.ValueType{{Type: "cycles", Unit: "count"}, {Type: "ipis", Unit: "count"}}, Mapping: []*profile.Mapping{m}}
	for i, name := range []string{"Env.Alloc", "lock_wait"} {
		f := &profile.Function{ID: uint64(i + 1), Name: name, SystemName: name, Filename: "/etc/passwd"}
		l := &profile.Location{ID: uint64(i + 1), Mapping: m, Line: []profile.Line{{Function: f, Line: 1}}}
		p.Function, p.Location = append(p.Function, f), append(p.Location, l)
	}
	p.Sample = []*profile.Sample{
		{Location: []*profile.Location{p.Location[1], p.Location[0]}, Value: []int64{big, 1}},
		{Location: []*profile.Location{p.Location[0]}, Value: []int64{10, 1}},
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestProfiles(t *testing.T) {
	_, h, _ := open(t, map[string]string{"p/sfbuf.pb.gz": tiny(t, 900), "lwbuf.pb.gz": tiny(t, 30), "bad.pb.gz": "no gzip"})
	_, text := ask(t, h, "GET", "/profiles", nil)
	wantText(t, text, "<option>p/sfbuf.pb.gz</option>", "<option>lwbuf.pb.gz</option>")
	w := answerTo(h, request("GET", "/profiles/open?profile=p/sfbuf.pb.gz&base=lwbuf.pb.gz", nil))
	diff := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || diff != "/pprof/"+encode("p/sfbuf.pb.gz")+"/"+encode("lwbuf.pb.gz")+"/flamegraph" {
		t.Errorf("%d to %q", w.Code, diff)
	}
	one := "/pprof/" + encode("p/sfbuf.pb.gz") + "/-/"
	for target, want := range map[string]string{one + "flamegraph": "lock_wait", diff: "lock_wait", one + "top": "lock_wait", one + "peek?f=lock_wait": "lock_wait"} {
		w := answerTo(h, request("GET", target, nil))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Header().Get("Content-Security-Policy"), "script-src 'unsafe-inline'") {
			t.Errorf("%s: %d, %.200s", target, w.Code, w.Body.String())
		}
	}
	if code, text := ask(t, h, "GET", one+"download", nil); code != http.StatusOK || text[:2] != "\x1f\x8b" {
		t.Errorf("download: %d", code)
	}
	if w := answerTo(h, request("GET", one, nil)); w.Code != http.StatusSeeOther || !strings.HasSuffix(w.Header().Get("Location"), "/flamegraph") {
		t.Errorf("pprof's title: %d to %q", w.Code, w.Header().Get("Location"))
	}
	for _, page := range []string{"saveconfig?config=x", "deleteconfig?config=x", "graph", "source?f=.", "disasm?f=.", "nothing"} {
		if code, text := ask(t, h, "GET", one+page, nil); code != http.StatusForbidden || strings.Contains(text, "root:") {
			t.Errorf("pprof's %s: %d", page, code)
		}
	}
	for _, bad := range []string{encode("bad.pb.gz") + "/-", encode("../x.pb.gz") + "/-", encode("none.pb.gz") + "/-", "!/-", encode("/etc/passwd") + "/-", encode("lwbuf.pb.gz") + "/" + encode("lwbuf.pb.gz")} {
		if code, text := ask(t, h, "GET", "/pprof/"+bad+"/flamegraph", nil); code != http.StatusNotFound {
			t.Errorf("%s: %d %.100s", bad, code, text)
		}
	}
}

// TestProfilesAtOnce: the cache of views is bounded, and concurrent requests are allowed.
func TestProfilesAtOnce(t *testing.T) {
	files := map[string]string{}
	for i := range keptViews + 4 {
		files[string(rune('a'+i))+".pb.gz"] = tiny(t, int64(100+i))
	}
	s, h, _ := open(t, files)
	done := make(chan string)
	for name := range files {
		go func() {
			w := answerTo(h, request("GET", "/pprof/"+encode(name)+"/-/flamegraph?si=ipis", nil))
			done <- w.Body.String()
		}()
	}
	for range files {
		if text := <-done; !strings.Contains(text, "lock_wait") {
			t.Errorf("no flame graph: %.200s", text)
		}
	}
	if n := len(s.profiles.views); n != keptViews {
		t.Errorf("%d cached views", n)
	}
}

// TestNothingToDraw: a folder whose files have no panel is no empty page. It says what is there, and the command that continues it.
func TestNothingToDraw(t *testing.T) {
	const head = "# made by: lwbench sensitivity --workload xio\n# regenerate, do not edit\n"
	varied := head + "engine: virtual\nmachine: haswell-2s~all*1\n\nBenchmarkXio/alloc=sfbuf/cpus=1 1 500 cycles/op\n"
	for _, path := range []string{"/", "/cells", "/report"} {
		_, h, _ := open(t, map[string]string{"sensitivity.txt": varied})
		_, text := ask(t, h, "GET", path, nil)
		wantText(t, text, "sensitivity.txt has 1 cell on 1 variation of haswell-2s", "is not complete: no cost is varied yet", "lwbench sensitivity --workload xio --resume")
		if strings.Contains(text, "No results yet") {
			t.Errorf("%s says that there are no results", path)
		}
		if path == "/report" {
			_, h, _ = open(t, nil)
			if code, _ := ask(t, h, "GET", path, nil); code != http.StatusSeeOther {
				t.Errorf("the report of nothing has status %d", code)
			}
			continue
		}
		_, h, _ = open(t, map[string]string{"sensitivity.txt": head, "sweep.txt": "# made by: lwbench sweep --workl"})
		_, text = ask(t, h, "GET", path, nil)
		wantText(t, text, "sensitivity.txt: contains no results: no cell was finished; to continue: lwbench sensitivity --workload xio --resume -o sensitivity.txt", "sweep.txt:1: the last line is cut off")
		if strings.Contains(text, "No results yet") {
			t.Errorf("%s says that there are no results", path)
		}
		_, h, _ = open(t, map[string]string{"sensitivity.txt": varied, "sweep.txt": results})
		_, text = ask(t, h, "GET", path+"?file=sensitivity.txt", nil)
		wantText(t, text, `<option value="sweep.txt">`) // the way back
	}
}

// TestFormSaysWhatRuns: the form marks what a sweep leaves out unless it is named, and names what a page cannot start.
func TestFormSaysWhatRuns(t *testing.T) {
	s, h, _ := open(t, nil)
	_, text := ask(t, h, "GET", "/sweep", nil)
	g, err := (&plan.Options{}).Resolve(s.cfg.Lists)
	if err != nil {
		t.Fatal(err)
	}
	usual := make(map[string]bool)
	for _, w := range g.Workloads {
		usual[w.Name] = true
	}
	for _, d := range g.Designs {
		usual[d.Name] = true
	}
	check := func(name string, input bool) {
		box, note := `value="`+name+`"> `+name, `value="`+name+`"> `+name+" (only when named)"
		switch {
		case input && (strings.Contains(text, box) || !strings.Contains(text, name)):
			t.Errorf("%s needs a file: the page has a box, or does not name it", name)
		case !input && (!strings.Contains(text, box) || strings.Contains(text, note) == usual[name]):
			t.Errorf("%s: in a sweep %t, on the page %t, as one that must be named %t", name, usual[name], strings.Contains(text, box), strings.Contains(text, note))
		}
	}
	for _, w := range s.cfg.Lists.Workloads {
		check(w.Name, w.NeedsInput)
	}
	for _, d := range s.cfg.Lists.Designs {
		check(d.Name, false)
	}
	wantText(t, text, "need an input file", "Only when named")
}

// TestEarlierFilesAreNotListed: what a command has renamed to FILE.~1~ is not on the page, as the help of serve says.
func TestEarlierFilesAreNotListed(t *testing.T) {
	_, h, _ := open(t, map[string]string{"sweep.txt": results, "sweep.txt.~1~": results})
	_, text := ask(t, h, "GET", "/", nil)
	wantText(t, text, `<option value="sweep.txt" selected>`)
	if strings.Contains(text, "~1~") {
		t.Error("an earlier file is listed")
	}
}
