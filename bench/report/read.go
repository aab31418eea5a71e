package report

import (
	"fmt"

	"lwbench/bench/plan"
	"lwbench/bench/record"
)

// Results is the contents of result files, grouped and judged. Create it with New and fill it with Add.
type Results struct {
	lists   plan.Lists
	sources []*record.File
	cells   int
	panels  []*Panel
	find    map[string]*Panel
	varied  []*variation
}

// New returns an empty collection. lists provides the colours and declared faults of designs and the assumed figures of
// machines. lists.Machine is called with names from result files and must not open files.
func New(lists plan.Lists) *Results { return &Results{lists: lists, find: make(map[string]*Panel)} }

// Skipped lists the lines of all files that could not be read and are omitted: FILE:LINE: why.
func (r *Results) Skipped() (list []error) {
	for _, s := range r.sources {
		list = append(list, s.Skipped...)
	}
	return list
}

// Add adds the results of a file that has been read, or that is being written. It does not keep f. After an error the collection
// must not be used.
func (r *Results) Add(f *record.File) error {
	if r.cells += len(f.Results); r.cells > record.MaxResults {
		return fmt.Errorf("%s: more than %d results in all files: split the sweep into several reports", f.Name, record.MaxResults)
	}
	b := newBatch(len(r.sources), f.Lack)
	source := &record.File{Name: f.Name, Command: f.Command, Skipped: f.Skipped, Lack: f.Lack, Words: f.Words}
	r.sources = append(r.sources, source)
	for _, res := range r.addVaried(f.Results, source) {
		b.add(res)
	}
	b.fail(f.Failed)
	r.merge(b)
	if len(r.varied) > 0 {
		return r.mark()
	}
	return nil
}
