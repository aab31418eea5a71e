package serve

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Key codes of WebDriver.
const (
	tab   = "\uE004"
	enter = "\uE007"
	down  = "\uE015"
	space = " "
)

// live is a server that a browser can reach, over the recorded results and two profiles.
func live(t *testing.T) (*Server, string) {
	t.Helper()
	files := map[string]string{"sfbuf.pb.gz": tiny(t, 900), "lwbuf.pb.gz": tiny(t, 30)}
	for _, name := range []string{"default.txt", "pool-size.txt"} {
		data, err := os.ReadFile(filepath.Join("../../results/recorded", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	s, _, dir := open(t, files)
	age(t, dir, "pool-size.txt")
	l := httptest.NewUnstartedServer(nil)
	l.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Handler(l.Listener.Addr().String()).ServeHTTP(w, r)
	})
	l.Start()
	t.Cleanup(l.Close)
	return s, l.URL
}

// plots counts the page's figures, and those that are empty or have no size.
const plots = `let all = [...document.querySelectorAll('figure svg')];
return [all.length, all.filter(s => s.querySelectorAll('path').length < 3 || s.querySelectorAll('.tip title').length < 1 ||
  s.getBoundingClientRect().width < 100 || s.getBBox().height < 30).length]`

// TestBrowser runs the tests of the pages in one browser, which takes longer to start than most of them take.
func TestBrowser(t *testing.T) {
	b := openBrowser(t)
	for _, k := range []struct {
		name string
		test func(*testing.T, *browser)
	}{
		{"Report", browseReport},
		{"Picker", browsePicker},
		{"KeyboardAlone", browseKeyboardAlone},
		{"FlameGraph", browseFlameGraph},
		{"Sweep", browseSweep},
	} {
		t.Run(k.name, func(t *testing.T) { k.test(t, b.tab(t)) })
	}
}

func browseReport(t *testing.T, b *browser) {
	s, _ := live(t)
	results := s.folder.load("").Results
	path := filepath.Join(t.TempDir(), "report.html")
	file, err := os.Create(path)
	if err == nil {
		err = results.HTML(file)
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	b.open("file://" + path)
	var n []int
	if b.run(plots, &n); n[0] < 20 || n[1] > 0 {
		t.Errorf("%d plots, %d of them empty", n[0], n[1])
	}
	b.click("figure summary")
	if text := b.text("figure details[open] table"); !strings.Contains(text, "lwbuf") {
		t.Errorf("the table behind a plot: %.100s", text)
	}
	b.quiet()
	b.usableWhenNarrow(t)
}

// usableWhenNarrow checks the page in a window of 390 pixels: only elements that scroll in their own box may be
// wider, and no text of a plot may be too small to read.
func (b *browser) usableWhenNarrow(t *testing.T) {
	t.Helper()
	b.narrow()
	var widths []float64
	b.run(`let s = [...document.querySelectorAll('figure svg')].map(f => f.getBoundingClientRect().width / f.viewBox.baseVal.width);
return [window.innerWidth, document.documentElement.scrollWidth, 11 * Math.min(1, ...s)]`, &widths)
	if widths[0] != 390 || widths[1] > 390 || widths[2] < 9 {
		t.Errorf("a window of %v pixels: the page is %v wide, and plots have text of %.1f pixels", widths[0], widths[1], widths[2])
	}
	var wide []string
	b.run(`return [...document.querySelectorAll('body *')].filter(e => !e.closest('.plot, .scroll, details:not([open])') &&
  e.getBoundingClientRect().right > 390.5).map(e => e.outerHTML.slice(0, 80))`, &wide)
	if len(wide) > 0 {
		t.Errorf("wider than the window: %q", wide)
	}
	b.run(`return [...document.querySelectorAll('.plot')].filter(e => {
  let beyond = e.scrollWidth > e.clientWidth + 1, shadow = getComputedStyle(e, '::after').opacity > 0;
  return beyond && !e.closest('.heat, .wide') || beyond != shadow }).map(e => e.scrollWidth + ' in ' + e.clientWidth + ': ' + e.parentElement.innerText.slice(0, 60))`, &wide)
	if len(wide) > 0 {
		t.Errorf("plots that are cut for no reason, or whose edge has no shadow: %q", wide)
	}
}

func browsePicker(t *testing.T, b *browser) {
	_, url := live(t)
	b.open(url)
	var before, after string
	b.run("return document.querySelector('#main svg').innerHTML", &before)
	b.click("option[value=sendfile]")
	b.click("select[name=unit] option[value=reuse]")
	b.click("form.pick button")
	b.wait("the other workload", func() bool { return b.text("h1") == "sendfile on haswell-2s" })
	b.run("return document.querySelector('#main svg').innerHTML", &after)
	if before == after || !strings.Contains(b.text("#main h4"), "reuse") {
		t.Error("the picker did not change the plot")
	}
	b.click("input[value=naive]")
	b.click("form.pick button")
	b.wait("one design less", func() bool { return !strings.Contains(b.text("#main table"), "naive") })
	var n []int
	if b.run(plots, &n); n[0] < 4 || n[1] > 0 {
		t.Errorf("%d plots, %d of them empty", n[0], n[1])
	}
	b.open(url + "/cells")
	if !strings.Contains(b.text("table"), "cycles/op") {
		t.Error("no table of two cells")
	}
	b.quiet()
	for _, page := range []string{"/", "/cells", "/sweep", "/profiles"} {
		b.open(url + page)
		b.usableWhenNarrow(t)
	}
}

// focus returns the name or text of the focused element.
func (b *browser) focus() (s string) {
	b.t.Helper()
	b.run("let e = document.activeElement; return e.name || e.textContent.trim()", &s)
	return s
}

// tabTo presses tab until an element has the focus.
func (b *browser) tabTo(name string) {
	b.t.Helper()
	for range 60 {
		if b.keys(tab); b.focus() == name {
			return
		}
	}
	b.t.Fatalf("the tab key does not reach %s", name)
}

func browseKeyboardAlone(t *testing.T, b *browser) {
	_, url := live(t)
	b.open(url)
	b.tabTo("file")
	b.tabTo("workload")
	b.keys(down) // from the first workload to the second
	b.tabTo("Show")
	b.keys(enter)
	b.wait("the second workload", func() bool { return b.text("h1") == "exec on haswell-2s" })
	b.tabTo("design")
	b.keys(space)
	b.tabTo("Table")
	b.keys(enter)
	if !strings.Contains(b.text("details[open] table"), "lwbuf") {
		t.Error("the table does not open")
	}
	b.quiet()
}

func browseFlameGraph(t *testing.T, b *browser) {
	_, url := live(t)
	b.open(url + "/profiles")
	b.click("select[name=profile] option:nth-child(2)")
	b.click("form.pick button")
	b.wait("the flame graph", func() bool { return strings.Contains(b.text("#stack-chart"), "lock_wait") })
	if text := b.text("#current-details-right"); !strings.Contains(text, "2 ipis (100%)") {
		t.Errorf("the sum of the flame graph is %q", text)
	}
	b.quiet()
	b.open(url + "/profiles")
	b.click("select[name=profile] option:nth-child(2)")
	b.click("select[name=base] option:nth-child(2)")
	b.click("form.pick button")
	b.wait("the difference", func() bool { return strings.Contains(b.text("#stack-chart"), "lock_wait") })
	b.quiet()
}

func browseSweep(t *testing.T, b *browser) {
	_, url := live(t)
	b.open(url + "/sweep")
	b.click("form.pick button")
	b.wait("an error message", func() bool { return strings.Contains(b.text("[role=alert]"), "choose at least one design") })
	b.click("input[name=alloc][value=lwbuf]")
	b.click("input[name=alloc][value=naive]")
	b.click("input[name=workload][value=exec]")
	b.click("form.pick button")
	b.wait("the end of the sweep", func() bool { return strings.Contains(b.text("#past"), "web-001.txt: finished, 10 of 10 cells") })
	b.open(url + "/?workload=exec")
	if text := b.text("#main .made"); !strings.Contains(text, "lwbench sweep --alloc naive,lwbuf --workload exec") {
		t.Errorf("the plot does not name the sweep that made it: %s", text)
	}
}
