package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// WriteFigures writes every figure to the folder dir as NAME.svg and NAME.png and returns their number. It creates the folder
// if needed. A file appears complete or not at all.
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
			if err := WriteWhole(filepath.Join(dir, name+ext), data); err != nil {
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

// WriteWhole replaces a file atomically: readers see the old file or the new one. It writes directly to a non-regular file.
func WriteWhole(path string, data []byte) error {
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		return os.WriteFile(path, data, 0o644)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".lwbench-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // is gone when all went well
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
