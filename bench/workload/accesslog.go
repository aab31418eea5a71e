package workload

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"

	"lwbench/mmu"
	"lwbench/mmu/smp"
)

const (
	logBacklog  = 4096    // requests read ahead, over all CPUs, while another CPU's turn is looked for
	maxFileSize = 1 << 30 // bytes; a longer answer is counted and cut
)

// accesslog is real input: a web server's log, turned into sendfile traffic.
func accesslog() *Workload {
	return &Workload{
		Name:  "accesslog",
		Doc:   "a web server's log as sendfile traffic: each GET answered with 200 sends all pages of its file",
		Input: "accesslog.file",
		Params: append(netParams("accesslog"),
			Param{Name: "accesslog.file", Doc: "the log, common or combined format, plain or .gz; - is stdin", Kind: Text},
		),
		Setup: func(cell *Cell) (Body, error) {
			name := cell.text("accesslog.file")
			if name == "" {
				return nil, errors.New("no log: give --param accesslog.file=FILE")
			}
			in, err := openLog(name)
			if err != nil {
				return nil, err
			}
			l := &webLog{in: in, m: cell.Machine, files: make(map[string]*logFile), queue: make([][]request, cell.Machine.NCPU())}
			n := newNetsend(cell, "accesslog")
			n.next = l.next
			cell.Close, cell.Notes = in.close, l.notes
			return func(e *Env) error {
				err := n.body(e)
				e.cpu.Enter(&l.gate)
				defer e.cpu.Leave(&l.gate)
				return errors.Join(err, l.err)
			}, nil
		},
	}
}

// webLog deals the log out to the CPUs, in one pass; connections go to CPUs by client. It holds the files' pages and a
// bounded number of requests: a CPU that finds only others' requests waits until they have taken them.
type webLog struct {
	gate    smp.Gate // guards all
	in      *logReader
	m       *mmu.Machine
	files   map[string]*logFile
	queue   [][]request // by CPU
	queued  int
	eof     bool
	err     error
	unread  int // lines that did not parse
	other   int // lines that were no GET answered with 200
	cut     int // answers longer than maxFileSize
	sent    int
	longest int
}

// logFile is one path: as long as the largest answer seen for it so far.
type logFile struct{ pages []int32 }

// next is the source of requests of one CPU.
func (l *webLog) next(e *Env) (request, sourceState) {
	c := e.cpu
	c.Enter(&l.gate)
	defer c.Leave(&l.gate)
	mine := &l.queue[c.ID()]
	for len(*mine) == 0 && !l.eof && l.queued < logBacklog {
		l.readLine()
	}
	if len(*mine) > 0 {
		r := (*mine)[0]
		*mine = (*mine)[:copy(*mine, (*mine)[1:])]
		l.queued--
		return r, more
	}
	if l.eof {
		return request{}, ended
	}
	return request{}, dry
}

// readLine takes one line of the log to its CPU's queue.
func (l *webLog) readLine() {
	text, err := l.in.next()
	if err != nil {
		l.eof = true
		if !errors.Is(err, io.EOF) {
			l.err = err
		}
		return
	}
	line, ok := parseLogLine(text)
	switch {
	case !ok:
		l.unread++
		return
	case !line.get || line.status != 200:
		l.other++
		return
	}
	f := l.file(&line)
	h := fnv.New64a()
	_, _ = h.Write(line.client)
	client := h.Sum64()
	cpu := int(client % uint64(len(l.queue)))
	l.queue[cpu] = append(l.queue[cpu], request{client: client, pages: f.pages})
	l.queued++
	l.sent++
}

// file finds the file of a line and lets it grow to the size of the answer.
func (l *webLog) file(line *logLine) *logFile {
	f := l.files[string(line.path)]
	if f == nil {
		f = new(logFile)
		l.files[string(line.path)] = f
	}
	size := line.size
	if size > maxFileSize {
		size = maxFileSize
		l.cut++
	}
	want := int((size + 4095) / 4096)
	if grow := want - len(f.pages); grow > 0 {
		first := l.m.AddPages(grow)
		for i := range grow {
			f.pages = append(f.pages, int32(first+i))
		}
	}
	l.longest = max(l.longest, len(f.pages))
	return f
}

func (l *webLog) notes() []string {
	notes := []string{fmt.Sprintf("%d lines: %d requests for %d files sent, the longest of %d pages; %d lines were no GET answered with 200",
		l.in.line, l.sent, len(l.files), l.longest, l.other)}
	if l.unread > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d lines did not parse and were left out", l.unread, l.in.line))
	}
	if l.cut > 0 {
		notes = append(notes, fmt.Sprintf("%d answers of more than 1 GiB were cut to that", l.cut))
	}
	return notes
}
