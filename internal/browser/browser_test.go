package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBrowser runs a script and looks at a red page: a browser that shows nothing would pass no test of ours.
func TestBrowser(t *testing.T) {
	Need(t)
	page := filepath.Join(t.TempDir(), "a page.html")
	text := `<body style="background:#f00"><script>document.body.append("six is " + 2*3)</script></body>`
	if err := os.WriteFile(page, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	dom, err := DOM(page)
	if err != nil || !strings.Contains(dom, "six is 6") {
		t.Errorf("%v: the script has not run: %q", err, dom)
	}
	_, img, err := Screenshot(page, 300, 200)
	if err != nil {
		t.Fatal(err)
	}
	if r, g, _, _ := img.At(250, 150).RGBA(); img.Bounds().Dx() != 300 || r != 0xffff || g != 0 {
		t.Errorf("a picture of %v, red is %x, green %x", img.Bounds(), r, g)
	}
}
