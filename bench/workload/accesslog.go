package workload

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"

	"lwbench/bench/input"
	"lwbench/bench/input/weblog"
)

// maxFileSize is the largest answer in bytes; larger ones are counted and truncated.
const maxFileSize = 1 << 30

// accesslog is real input: a web server's log, converted to sendfile traffic.
func accesslog() *Workload {
	return &Workload{
		Name:       "accesslog",
		Doc:        "a web server's log as sendfile traffic: each GET answered with 200 sends all pages of its file, with 206 the pages of the answer",
		Input:      "accesslog.file",
		NeedsInput: true,
		Params: append(netParams("accesslog"),
			Param{Name: "accesslog.file", Doc: "the log, plain or compressed with gzip, bzip2, zstd or xz; - is standard input", Kind: Text},
			Param{Name: "accesslog.format", Doc: "format of the log; auto detects it", Kind: Text, Default: "auto", Choices: weblog.Choices()},
			Param{
				Name: "accesslog.cache", Doc: "pages that hold files; if they run out, the least recently sent file gives up its pages",
				Kind: Int, Default: "262144", Min: 1024, Max: 1 << 24,
			},
		),
		CheckInput: checkLog,
		Needs:      netsendNeeds,
		Setup:      setupLog,
	}
}

// errNoLog is the error for a missing parameter.
var errNoLog = errors.New("no log: give --param accesslog.file=FILE")

// checkLog reads the log up to the first file to send.
func checkLog(cell *Cell) error {
	log, err := openLog(cell)
	if err != nil {
		return err
	}
	var line weblog.Request
	for {
		err := log.Next(&line)
		switch {
		case errors.Is(err, io.EOF):
			return noRequests(cell.text("accesslog.file"), log)
		case err != nil:
			return err
		case sends(&line):
			return nil
		}
	}
}

// noRequests is the error for a log that sends nothing.
func noRequests(name string, log *weblog.Reader) error {
	return fmt.Errorf("%s: none of its lines (%d) is a GET answered with 200 or 206 (read as %s); --param accesslog.format= names another format",
		input.Title(name), log.Line(), log.Format())
}

func openLog(cell *Cell) (*weblog.Reader, error) {
	name := cell.text("accesslog.file")
	if name == "" {
		return nil, errNoLog
	}
	lines, err := cell.files().Lines(name)
	if err != nil {
		return nil, err
	}
	return weblog.Open(lines, cell.text("accesslog.format"))
}

// sends reports whether the request sends pages of a file.
func sends(line *weblog.Request) bool {
	return string(line.Method) == "GET" && (line.Status == 200 || line.Status == 206)
}

func setupLog(cell *Cell) (Body, error) {
	log, err := openLog(cell)
	if err != nil {
		return nil, err
	}
	l := &webLog{log: log, cpus: uint64(cell.Machine.NCPU()), cache: newFileCache(cell.Machine, cell.int("accesslog.cache"))}
	l.deal = dealer[request]{queue: make([][]request, l.cpus), read: l.read}
	n := newNetsend(cell, "accesslog")
	n.next = func(e *Env) (request, sourceState) { return l.deal.next(e.cpu) }
	cell.Notes = l.notes
	return l.deal.body(n.body, func() error {
		if l.sent() == 0 {
			return noRequests(cell.text("accesslog.file"), log)
		}
		return nil
	}), nil
}

// webLog converts lines to requests. A connection, identified by its client, belongs to one CPU.
type webLog struct {
	deal  dealer[request]
	log   *weblog.Reader
	cpus  uint64
	cache *fileCache
	line  weblog.Request
	whole int // answers with 200
	part  int // answers with 206
	other int // lines that send nothing
	cut   int // answers longer than maxFileSize
	main  majority
}

func (l *webLog) sent() int { return l.whole + l.part }

// read returns the next request of the log.
func (l *webLog) read() (r request, cpu int, err error) {
	for {
		if err := l.log.Next(&l.line); err != nil {
			return r, 0, err
		}
		if sends(&l.line) {
			break
		}
		l.other++
	}
	size := l.line.Size
	if size > maxFileSize {
		size = maxFileSize
		l.cut++
	}
	pages := l.cache.file(l.line.Path, int((size+4095)/4096))
	if l.line.Status == 206 { // the log does not give the position in the file
		l.part++
		pages = pages[:min(len(pages), int((size+4095)/4096))]
	} else {
		l.whole++
	}
	l.main.add(l.line.Client)
	h := fnv.New64a()
	_, _ = h.Write(l.line.Client)
	client := h.Sum64()
	return request{client: client, pages: pages}, int(client % l.cpus), nil
}

func (l *webLog) notes() []string {
	notes := []string{
		"read as " + l.log.Format(),
		fmt.Sprintf("%d lines: %d requests for %d files sent (%d answered with 200, %d with 206), the longest of %d pages; %d lines were no such GET",
			l.log.Line(), l.sent(), l.cache.files, l.whole, l.part, l.cache.longest, l.other),
	}
	if l.part > 0 {
		notes = append(notes, "a request answered with 206 sends as many pages as its answer had, from the start of the file")
	}
	if l.cut > 0 {
		notes = append(notes, fmt.Sprintf("%d answers of more than 1 GiB were truncated to that", l.cut))
	}
	if l.cache.evicted > 0 {
		notes = append(notes, fmt.Sprintf("%d times a file gave up its pages (accesslog.cache=%d)", l.cache.evicted, l.cache.most))
	}
	if share, name := l.main.share(); share >= oneSided && l.cpus > 1 {
		notes = append(notes, fmt.Sprintf("one client, %s, sends %.0f %% of the requests: one CPU does its work; "+
			"is it a proxy, or a virtual host in front of the client (accesslog.format=vhost)?", name, share*100))
	}
	return append(notes, l.log.Rejects.Notes(l.log.Line())...)
}
