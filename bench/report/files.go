package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"lwbench/bench/record"
)

// WriteFigures writes every figure to the folder dir as NAME.svg and NAME.png and returns their number. It creates the
// folder if needed. A file appears complete or not at all.
func (r *Results) WriteFigures(dir string) (n int, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	used := map[string]int{}
	for _, f := range r.allFigures() {
		name := f.Name
		if used[f.Name]++; used[f.Name] > 1 {
			name = fmt.Sprintf("%s-%d", f.Name, used[f.Name])
		}
		var png bytes.Buffer
		if err := f.png(&png); err != nil {
			return n, err
		}
		for ext, data := range map[string][]byte{".svg": []byte(f.svg(false)), ".png": png.Bytes()} {
			if err := record.WriteWhole(filepath.Join(dir, name+ext), data); err != nil {
				return n, err
			}
		}
		n++
	}
	return n, nil
}

// allFigures lists the figures in the order of the page.
func (r *Results) allFigures() (list []*Figure) {
	drawn := 0
	for _, g := range r.groups() {
		list = append(list, r.heatFigures(g)...)
		for _, p := range g.panels {
			if drawn++; drawn <= maxDrawn {
				list = append(list, r.Figures(p)...)
			}
		}
	}
	return list
}
