package serve

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// browser is a tab of a headless Chromium, driven through chromedriver by the W3C's WebDriver protocol.
type browser struct {
	t    *testing.T // that uses it
	base string     // of the session
}

// chromium holds Chromium's flags, which disable its own network requests.
var chromium = []string{
	"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1280,900",
}

// openBrowser starts a browser for a test, or skips it with the reason.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	binary, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium here: apt-get install chromium chromium-driver")
	}
	driver, err := exec.LookPath("chromedriver")
	if err != nil {
		t.Skip("no chromedriver here: apt-get install chromium-driver")
	}
	cmd := exec.Command(driver, "--port=0")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	b := &browser{t: t, base: "http://127.0.0.1:" + portOf(t, out)}
	var session struct{ SessionID string }
	b.call("POST", "/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"goog:chromeOptions": map[string]any{"binary": binary, "args": append(chromium, "--user-data-dir="+t.TempDir())},
		"goog:loggingPrefs":  map[string]string{"browser": "ALL"},
	}}}, &session)
	b.base += "/session/" + session.SessionID
	t.Cleanup(func() { b.call("DELETE", "", nil, nil) })
	return b
}

// tab opens a tab for t, in the place of that of the test before.
func (b *browser) tab(t *testing.T) *browser {
	t.Helper()
	in := &browser{t: t, base: b.base}
	var tab struct{ Handle string }
	in.call("POST", "/window/new", map[string]string{"type": "tab"}, &tab)
	in.call("DELETE", "/window", nil, nil)
	in.call("POST", "/window", map[string]string{"handle": tab.Handle}, nil)
	return in
}

// portOf reads the port from chromedriver's output.
func portOf(t *testing.T, out io.Reader) string {
	t.Helper()
	said := regexp.MustCompile(`on port (\d+)\.`)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := said.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return m[1]
		}
	}
	t.Fatal("chromedriver did not print its port")
	return ""
}

// call sends a request to chromedriver.
func (b *browser) call(method, path string, body, into any) {
	b.t.Helper()
	var data []byte
	if method == http.MethodPost {
		if body == nil {
			body = struct{}{}
		}
		data, _ = json.Marshal(body)
	}
	r, err := http.NewRequest(method, b.base+path, bytes.NewReader(data))
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close() // read-only
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		b.t.Fatalf("%s %s: %d %.500s %v", method, path, answer.StatusCode, text, err)
	}
	if into != nil {
		if err := json.Unmarshal(text, &struct{ Value any }{into}); err != nil {
			b.t.Fatalf("%s: %v", path, err)
		}
	}
}

// open goes to an address.
func (b *browser) open(url string) {
	b.t.Helper()
	b.call("POST", "/url", map[string]string{"url": url}, nil)
}

// run runs a script in the page and decodes its result.
func (b *browser) run(script string, into any) {
	b.t.Helper()
	b.call("POST", "/execute/sync", map[string]any{"script": script, "args": []any{}}, into)
}

// text returns the text of an element.
func (b *browser) text(selector string) (s string) {
	b.t.Helper()
	b.run(fmt.Sprintf("let e = document.querySelector(%q); return e ? e.textContent : ''", selector), &s)
	return s
}

// click clicks an element as a mouse does.
func (b *browser) click(selector string) {
	b.t.Helper()
	var e map[string]string
	b.call("POST", "/element", map[string]string{"using": "css selector", "value": selector}, &e)
	for _, id := range e {
		b.call("POST", "/element/"+id+"/click", nil, nil)
	}
}

// keys presses keys in sequence.
func (b *browser) keys(keys ...string) {
	b.t.Helper()
	var list []map[string]string
	for _, k := range keys {
		list = append(list, map[string]string{"type": "keyDown", "value": k}, map[string]string{"type": "keyUp", "value": k})
	}
	b.call("POST", "/actions", map[string]any{"actions": []any{map[string]any{"type": "key", "id": "keyboard", "actions": list}}}, nil)
}

// narrow makes the window as wide as a phone.
func (b *browser) narrow() {
	b.t.Helper()
	b.call("POST", "/goog/cdp/execute", map[string]any{"cmd": "Emulation.setDeviceMetricsOverride", "params": map[string]any{
		"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": false,
	}}, nil)
}

// wait fails the test unless done becomes true.
func (b *browser) wait(what string, done func() bool) {
	b.t.Helper()
	for range 300 {
		if done() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Fatalf("timeout waiting for %s", what)
}

// quiet fails the test if the console has an error or a warning.
func (b *browser) quiet() {
	b.t.Helper()
	var log []struct{ Level, Message string }
	b.call("POST", "/se/log", map[string]string{"type": "browser"}, &log)
	for _, l := range log {
		if l.Level == "SEVERE" || l.Level == "WARNING" {
			b.t.Errorf("the console: %s %s", l.Level, strings.TrimSpace(l.Message))
		}
	}
}
