package bench_test

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lwbench/bench/profile"
	"lwbench/internal/browser"
)

var scripts = regexp.MustCompile(`(?s)<script.*?</script>`)

// TestBrowserShowsFlameGraph loads an exported flame graph from disk: the frames are boxes on the page, not only
// names in its data, and the picture is not empty.
func TestBrowserShowsFlameGraph(t *testing.T) {
	browser.Need(t)
	for _, c := range profiledCells(t, 4) {
		if c.Workload.Name != "xio" || c.Design.Name != "lwbuf" {
			continue
		}
		c.WantCosts = true
		page := filepath.Join(t.TempDir(), "flame.html")
		html, err := profile.FlameGraph(runCell(t, c).Costs, "")
		if err == nil {
			err = os.WriteFile(page, html, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		dom, err := browser.DOM(page)
		if err != nil {
			t.Fatal(err)
		}
		shown := scripts.ReplaceAllString(dom, "")
		for _, frame := range []string{"workload.copyPage", "lwbuf.(*allocator).Alloc", "mmu.(*CPU).KenterQuick", "invlpg"} {
			if !strings.Contains(shown, ">"+frame+"<") {
				t.Errorf("the page shows no box %q", frame)
			}
		}
		_, img, err := browser.Screenshot(page, 1200, 500)
		if err != nil {
			t.Fatal(err)
		}
		if n := colours(img); n < 6 {
			t.Errorf("the picture has %d colours: nothing is drawn", n)
		}
		return
	}
	t.Fatal("no cell of lwbuf on xio")
}

// colours counts the colours that fill an area.
func colours(img image.Image) (n int) {
	seen := map[color.Color]int{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			seen[img.At(x, y)]++
		}
	}
	for _, area := range seen {
		if area > 200 {
			n++
		}
	}
	return n
}
