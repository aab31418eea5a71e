package serve

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/bench/report"
)

// The bounds of a folder.
const (
	maxFiles = 500
	maxDepth = 6
)

// folder reads files below a root. It caches the last one until the file changes.
type folder struct {
	root  *os.Root
	lists plan.Lists
	lack  func(f *record.File, name string) // Config.Lack

	mu   sync.Mutex
	kept map[string]*kept // by name
}

// files lists the regular files below the root whose names end in ext, sorted by name, and counts the files left out.
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

// loaded is one result file of the folder, with the names of the others.
type loaded struct {
	Name    string   // "" where no file can be read
	Names   []string // all result files, newest first
	Results *report.Results
	Notes   []string // about files that cannot be read
}

// kept is a cached result file.
type kept struct {
	stamp   string
	results *report.Results // nil if it could not be read
	err     error
}

// load returns the results of the named file, or of the newest one if there is no such file.
func (f *folder) load(name string) *loaded {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := &loaded{Results: report.New(f.lists)}
	files, left := f.newest()
	if left > 0 {
		l.Notes = append(l.Notes, fmt.Sprintf("%d files are left out: at most %d are listed", left, maxFiles))
	}
	seen := make(map[string]bool)
	for _, c := range files {
		seen[c.name] = true
		k := f.read(c)
		if k.err != nil {
			l.Notes = append(l.Notes, k.err.Error())
			continue
		}
		l.Names = append(l.Names, c.name)
		if l.Name == "" || c.name == name {
			l.Name = c.name
		}
	}
	if name != "" && l.Name != "" && !seen[name] {
		l.Notes = append([]string{fmt.Sprintf("there is no result file %q here: this is %s", record.OneLine(name), l.Name)}, l.Notes...)
	}
	for old := range f.kept {
		if !seen[old] {
			delete(f.kept, old)
		}
	}
	for l.Name != "" { // a broken file is replaced by the newest of the others
		results, err := f.results(l.Name)
		if err == nil {
			l.Results = results
			l.Notes = append(l.Notes, leftOut(results)...)
			break
		}
		l.Notes = append(l.Notes, err.Error())
		l.Names = slices.DeleteFunc(l.Names, func(n string) bool { return n == l.Name })
		l.Name = ""
		if len(l.Names) > 0 {
			l.Name = l.Names[0]
		}
	}
	return l
}

// maxSkipped is the number of skipped lines that a page lists.
const maxSkipped = 5

// leftOut names the lines of a file that could not be read.
func leftOut(r *report.Results) (notes []string) {
	for i, err := range r.Skipped() {
		if i == maxSkipped {
			return append(notes, fmt.Sprintf("… and %d more lines left out", len(r.Skipped())-i))
		}
		notes = append(notes, "left out: "+err.Error())
	}
	return notes
}

// candidate is a file that may hold results.
type candidate struct {
	name  string
	stamp string // changes with the file
	time  int64
}

// newest lists the files that may hold results, newest first, and the number of files left out.
func (f *folder) newest() (list []candidate, left int) {
	names, left := f.files(".txt")
	for _, name := range names {
		if st, err := f.root.Stat(name); err == nil {
			at := st.ModTime().UnixNano()
			list = append(list, candidate{name, fmt.Sprintf("%d %d", st.Size(), at), at})
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.time, a.time) })
	return list, left
}

// read reports whether a file begins like a result file. It does not read the rest.
func (f *folder) read(c candidate) *kept {
	k := f.kept[c.name]
	if k != nil && k.stamp == c.stamp {
		return k
	}
	k = &kept{stamp: c.stamp}
	if f.kept == nil {
		f.kept = make(map[string]*kept)
	}
	f.kept[c.name] = k
	file, err := f.root.Open(c.name)
	if err != nil {
		k.err = err
		return k
	}
	defer func() { _ = file.Close() }() // read-only
	head := make([]byte, 64)
	n, _ := io.ReadFull(file, head)
	if !record.IsResults(head[:n]) { // perhaps UTF-16; otherwise the reader reports the problem
		_, k.err = record.Read(c.name, io.MultiReader(bytes.NewReader(head[:n]), file))
	}
	return k
}

// results returns the results of a file that read has accepted. A file that turns out to be broken is left out
// afterwards.
func (f *folder) results(name string) (*report.Results, error) {
	k := f.kept[name]
	if k.results != nil {
		return k.results, nil
	}
	for _, other := range f.kept { // one file is shown at a time
		other.results = nil
	}
	r := report.New(f.lists)
	file, err := f.root.Open(name)
	if err == nil {
		var in *record.File
		in, err = record.Read(name, file)
		_ = file.Close() // read-only
		if err == nil {
			if f.lack != nil {
				f.lack(in, name)
			}
			err = r.Add(in)
		}
	}
	if err != nil {
		k.err = err
		return nil, err
	}
	k.results = r
	return r, nil
}
