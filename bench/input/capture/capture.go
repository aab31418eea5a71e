package capture

import (
	"cmp"
	"errors"
	"io"
	"slices"

	"lwbench/bench/input"
	"lwbench/bench/input/records"
)

// kind is the kind of an event.
type kind uint8

const (
	mapped  kind = iota // pages were mapped at an address
	ended               // the mapping at an address ended
	sent                // a sendfile call sent bytes
	flushed             // a TLB was flushed, or asked to be: tlb:tlb_flush
)

// event is one event of a capture. Page and Addr are the kernel's own identifiers for a page and a mapping, for
// comparison only.
type event struct {
	Time    int64  // nanoseconds, of unknown origin
	Page    uint64 // mapped: the first page
	Addr    uint64 // mapped, ended: the address, or the sf_buf
	Size    int64  // mapped: pages; sent: bytes; flushed: pages, -1 for all
	CPU     int16
	Kind    kind
	Reason  Reason // flushed
	Private bool   // mapped: for this CPU only
	NoWait  bool   // mapped: it fails rather than sleeps
}

// Reason is why a TLB was flushed: Linux's enum tlb_flush_reason.
type Reason uint8

// The reasons, in Linux's order.
const (
	TaskSwitch Reason = iota
	RemoteShootdown
	LocalShootdown
	LocalMMShootdown
	RemoteSendIPI
	numReasons
)

// String returns the reason as the tracepoint prints it.
func (r Reason) String() string {
	return [...]string{"flush on task switch", "remote shootdown", "local shootdown", "local mm shootdown", "remote ipi send"}[r]
}

const maxCPU = 1024 // limit of the simulated machine

// The reasons why a line is not an event, in any format.
var (
	errCPU   = errors.New("its CPU is not a number from 0 to 1023")
	errTime  = errors.New("its time is not a number")
	errVerb  = errors.New("not an event that lwbench knows")
	errWords = errors.New("its event lacks a page, an address or a size")
)

type parser = records.Parser[event]

func formats() []records.Format[event] {
	return []records.Format[event]{
		{Name: "capture", Doc: "output of scripts/capture", New: func([][]byte) parser { return parseLine }},
		{Name: "perf", Doc: "text of perf script, trace-cmd or ftrace", New: func([][]byte) parser { return newPerf().parse }},
	}
}

// Choices returns the format names that Read accepts.
func Choices() []string { return records.Choices(formats()) }

// Capture is the contents of one file.
type Capture struct {
	Format   string   // of the input: "output of scripts/capture, gzip"
	Notes    []string // about lines that could not be read
	Events   int
	More     bool // the file has more events than requested
	Mappings int
	events   []event // by time
	found    *mappings
}

// Read reads up to limit events of a file, sorts them by time and matches each mapping with its end. An error names
// the file and the line.
func Read(lines *input.Lines, format string, limit int) (*Capture, error) {
	r, err := records.Open(lines, "an event of a capture", formats(), format)
	if err != nil {
		return nil, err
	}
	c := new(Capture)
	for {
		var e event
		err := r.Next(&e)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(c.events) == limit {
			c.More = true
			break
		}
		c.events = append(c.events, e)
	}
	c.Format, c.Notes, c.Events = r.Format(), r.Rejects.Notes(r.Line()), len(c.events)
	if c.Events == 0 {
		return nil, lines.Errorf("the file contains no event (read as %s)", c.Format)
	}
	slices.SortStableFunc(c.events, func(a, b event) int { return cmp.Compare(a.Time, b.Time) })
	c.found = match(c.events)
	c.Mappings = len(c.found.list)
	return c, nil
}
