package serve

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"lwbench/bench/plan"
	"lwbench/bench/report"
)

// The bounds of a folder.
const (
	maxFiles = 500
	maxDepth = 6
	maxBytes = 256 << 20 // of all result files together
)

// folder reads what is below a root. What it has read it keeps until a file changes.
type folder struct {
	root  *os.Root
	lists plan.Lists

	mu      sync.Mutex
	stamp   string
	results *report.Results
	notes   []string
}

// files lists the regular files below the root whose names end in ext, by name, and how many were left out.
func (f *folder) files(ext string) (names []string, left int) {
	_ = fs.WalkDir(f.root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && d != nil && d.IsDir():
			return fs.SkipDir
		case err != nil:
			return nil
		case d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || strings.Count(p, "/") >= maxDepth):
			return fs.SkipDir
		case !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") || !strings.HasSuffix(p, ext):
			return nil
		case len(names) == maxFiles:
			left++
			return nil
		}
		names = append(names, p)
		return nil
	})
	return names, left
}

// load returns everything that can be read, and notes on what cannot.
func (f *folder) load() (*report.Results, []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	names, left := f.files(".txt")
	var stamp strings.Builder
	var size int64
	var tooMuch []string
	names = slices.DeleteFunc(names, func(name string) bool {
		st, err := f.root.Stat(name)
		if err != nil {
			return true
		}
		if size += st.Size(); size > maxBytes {
			tooMuch = append(tooMuch, name)
			return true
		}
		fmt.Fprintf(&stamp, "%s %d %d\n", name, st.Size(), st.ModTime().UnixNano())
		return false
	})
	if f.results != nil && f.stamp == stamp.String() {
		return f.results, f.notes
	}
	f.stamp, f.notes = stamp.String(), nil
	if left > 0 {
		f.notes = append(f.notes, fmt.Sprintf("%d files are left out: at most %d are read", left, maxFiles))
	}
	for _, name := range tooMuch {
		f.notes = append(f.notes, fmt.Sprintf("%s is left out: the files before it have %d MiB", name, maxBytes>>20))
	}
	f.readAll(names)
	return f.results, f.notes
}

// readAll reads the files; one that cannot be read is noted and left out.
func (f *folder) readAll(names []string) {
	good := names[:0:0]
	for _, name := range names { // each by itself first: a failure leaves a collection unfit
		if err := f.read(report.New(f.lists), name); err != nil {
			f.notes = append(f.notes, err.Error())
			continue
		}
		good = append(good, name)
	}
	for {
		f.results = report.New(f.lists)
		bad := slices.IndexFunc(good, func(name string) bool { return f.read(f.results, name) != nil })
		if bad < 0 {
			return
		}
		f.notes = append(f.notes, good[bad]+" is left out: together the files hold more results than one page can show")
		good = slices.Delete(good, bad, bad+1)
	}
}

func (f *folder) read(into *report.Results, name string) error {
	file, err := f.root.Open(name)
	if err != nil {
		return err
	}
	defer file.Close() // only read
	return into.Add(name, file)
}
