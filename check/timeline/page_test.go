package timeline

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/naive"
	"lwbench/allocators/ops"
	"lwbench/allocators/sfbuf"
	"lwbench/check/search"
	"lwbench/internal/browser"
	"lwbench/mmu/machines"
)

// replay repeats the run of a saved trace.
func replay(t *testing.T, text string) *search.Report {
	t.Helper()
	trace, err := ops.Parse("t.ops", strings.NewReader("lwbench-ops 1\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	spec, err := machines.Load(machines.Default)
	if err != nil {
		t.Fatal(err)
	}
	k, err := search.NewScenario(trace, spec, []*allocators.Design{&lwbuf.Submitted, &lwbuf.Fixed, &naive.Design, &sfbuf.Design})
	if err != nil {
		t.Fatal(err)
	}
	r, err := search.Replay(k)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const (
	traceA = "cpus 2\npages 2\ndesign lwbuf-submitted\nset objcache.capacity=4\nkva 48\ntlb 4x4\nrun visible\nschedule -\n" +
		"0 alloc a 0 nowait\n1 load a\n0 free a\n0 alloc b 1 nowait\n1 load b\n"
	rendezvous = "cpus 3\npages 3\ndesign sfbuf\nset sfbuf.nsfbufs=1\nkva 48\ntlb 4x4\nrun visible\nschedule -\n" +
		"1 work 100000\n2 work 100000\n0 alloc a 0\n1 load a\n0 free a\n0 alloc b 1 private\n1 load b\n"
	asleep   = "cpus 2\npages 3\ndesign sfbuf\nset sfbuf.nsfbufs=1\nkva 48\ntlb 4x4\nschedule -\n1 work 100000\n0 alloc a 1\n1 alloc b 2\n"
	harmless = "cpus 1\npages 1\ndesign lwbuf\nkva 4\nschedule -\n0 alloc a 0\n0 free a\n"
)

func pageOf(t *testing.T, reports ...*search.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Page(&b, "", "lwbench check <&>", reports); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPage: the page is well-formed and complete, loads nothing, and has no script.
func TestPage(t *testing.T) {
	text := pageOf(t, replay(t, traceA), replay(t, rendezvous), replay(t, asleep), replay(t, harmless))
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []string{"<script", "http://", "https://", "@import", "url(h", "NaN", "Inf", "%!"} {
		if strings.Contains(strings.ReplaceAll(text, `xmlns="http://www.w3.org/2000/svg"`, ""), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for want, n := range map[string]int{
		"<title>lwbuf-submitted: stale access, sfbuf: stale access, sfbuf: all buffers held</title>": 1,
		"<h2>lwbuf: nothing found</h2>":     1,
		"Known fault: cpumask |=":           1,
		`<rect class="lane"`:                7,
		`<rect class="cell stale"`:          2,
		`<rect class="wrong"`:               3,
		`<rect class="decision"`:            2,
		`<rect class="op open"`:             1,
		`<rect class="op ipi"`:              2,
		`<line class="ipi"`:                 2,
		`<span class="bad">`:                2,
		"c.KenterQuick(lwb.kva, pg)":        1,
		"says that it need not flush.":      1,
		"schedule -\n":                      3,
		"<h3>The position of each CPU</h3>": 1,
		"waits for a wakeup on the sf_buf freelist: all 1 sf_bufs in use<br/>": 1,
		"made by <code>lwbench check &lt;&amp;&gt;</code>":                     3,
	} {
		if got := strings.Count(text, want); got != n {
			t.Errorf("%d times %q, want %d", got, want, n)
		}
	}
}

// TestPageEscapes: the text of a design's panic is escaped.
func TestPageEscapes(t *testing.T) {
	r := replay(t, traceA)
	r.Text, r.Alloc = "<b>&\"x", "<i>"
	r.Counterexample.Text = r.Text
	r.Counterexample.Steps[len(r.Counterexample.Steps)-1].Text = r.Text
	r.Counterexample.Decision.Why = r.Text
	text := pageOf(t, r)
	if strings.Contains(text, "<b>") || strings.Contains(text, "<i>") || !strings.Contains(text, "&lt;b&gt;&amp;") {
		t.Error("not escaped")
	}
}

// TestBrowserShowsAStory: Chromium draws the picture, with red cells and orange arrows.
func TestBrowserShowsAStory(t *testing.T) {
	browser.Need(t)
	name := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(name, []byte(pageOf(t, replay(t, traceA), replay(t, rendezvous))), 0o600); err != nil {
		t.Fatal(err)
	}
	_, img, err := browser.Screenshot(name, 1360, 2400)
	if err != nil {
		t.Fatal(err)
	}
	if red, orange := near(img, 0xc4, 0x2b, 0x1c), near(img, 0xd5, 0x5e, 0x00); red < 5000 || orange < 100 {
		t.Errorf("%d red and %d orange pixels", red, orange)
	}
}

// near counts the pixels of approximately that colour.
func near(img image.Image, r, g, b int) (n int) {
	off := func(v uint32, want int) int { return max(int(v>>8)-want, want-int(v>>8)) }
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if cr, cg, cb, _ := img.At(x, y).RGBA(); off(cr, r)+off(cg, g)+off(cb, b) < 24 {
				n++
			}
		}
	}
	return n
}
