package capture

import (
	"bytes"
	"strconv"
	"strings"

	"lwbench/bench/input/records"
)

// perf parses the text of an event from perf script, trace-cmd report and ftrace's trace file:
//
//	worker 100 [015]   100.515818: probe:vm_map_ram: (ffffffff81234567) page=0xffffea0000123440 count=4
//	worker-100 [015] d..1. 100.515818: tlb_flush: pages:1 reason:local mm shootdown (3)
//
// A function that maps has two probes, its call and its return; they are combined by task.
type perf struct {
	calls map[string]event // by task: the call that has not returned
}

// maxTasks bounds the calls that have not returned.
const maxTasks = 1 << 16

func newPerf() *perf { return &perf{calls: make(map[string]event)} }

// mappers lists the functions that map, and the properties of their mappings.
var mappers = map[string]struct{ private bool }{
	"vm_map_ram":             {},
	"sf_buf_alloc":           {},
	"__kmap_local_page_prot": {private: true},
	"__kmap_local_pfn_prot":  {private: true},
	"kmap_local_page":        {private: true},
	"kmap_atomic":            {private: true},
}

// unmapping lists the functions that end a mapping.
var unmapping = map[string]bool{"vm_unmap_ram": true, "sf_buf_free": true, "kunmap_local_indexed": true, "kunmap_atomic": true, "__kunmap_local": true}

func (p *perf) parse(line []byte, e *event) error {
	if len(line) == 0 || line[0] == '#' {
		return records.ErrComment
	}
	task, rest, err := p.head(line, e)
	if err != nil {
		return err
	}
	name, args, found := bytes.Cut(rest, []byte(": "))
	if !found {
		name, args, _ = bytes.Cut(rest, []byte{':'})
	}
	event := string(name[bytes.LastIndexByte(name, ':')+1:])
	if event == "tlb_flush" {
		return e.tracepoint(args)
	}
	function, isReturn := strings.CutSuffix(event, "__return")
	switch how, maps := mappers[function]; {
	case unmapping[function]:
		if err := e.endMapping(args); err != nil {
			return err
		}
		if function != "vm_unmap_ram" && function != "sf_buf_free" {
			e.Addr &^= 0xfff // kunmap accepts any address inside the page
		}
		return nil
	case !maps:
		return errVerb
	case isReturn:
		return p.returned(task, args, e)
	default:
		return p.called(task, args, how.private, e)
	}
}

// head parses the task, the CPU and the time, and returns the rest.
func (p *perf) head(line []byte, e *event) (task, rest []byte, err error) {
	shut := -1
	for open := 0; ; { // a task's name may contain a bracket
		i := bytes.IndexByte(line[open:], '[')
		if i < 0 {
			return nil, nil, errVerb
		}
		open += i + 1
		if n := bytes.IndexByte(line[open:], ']'); n > 0 {
			if cpu, ok := records.Number(line[open : open+n]); ok {
				if cpu >= maxCPU {
					return nil, nil, errCPU
				}
				e.CPU, shut, task = int16(cpu), open+n, bytes.TrimSpace(line[:open-1])
				break
			}
		}
	}
	rest = bytes.TrimSpace(line[shut+1:])
	for range 2 { // ftrace's flags may precede the time
		clock, after, found := bytes.Cut(rest, []byte{' '})
		if !found {
			break
		}
		after = bytes.TrimSpace(after)
		if stamp, isTime := bytes.CutSuffix(clock, []byte{':'}); isTime {
			if e.Time, found = seconds(stamp); found {
				return task, skipPeriod(after), nil
			}
		}
		rest = after
	}
	return nil, nil, errTime
}

// skipPeriod skips the number that perf script prints before a sampled event.
func skipPeriod(rest []byte) []byte {
	first, after, found := bytes.Cut(rest, []byte{' '})
	if _, ok := records.Number(first); found && ok {
		return bytes.TrimSpace(after)
	}
	return rest
}

// seconds parses "100.515818" as nanoseconds.
func seconds(s []byte) (int64, bool) {
	whole, part, _ := bytes.Cut(s, []byte{'.'})
	sec, ok := records.Number(whole)
	if !ok || sec > 1<<32 || len(part) > 9 {
		return 0, false
	}
	nanos, _ := strconv.ParseInt((string(part) + "000000000")[:9], 10, 64)
	if _, digits := records.Number(part); len(part) > 0 && !digits {
		return 0, false
	}
	return sec*1e9 + nanos, true
}

// called keeps a call until it returns.
func (p *perf) called(task, args []byte, private bool, e *event) error {
	page, ok := argument(args, "page", "page0", "pfn", "m", "pages")
	if !ok {
		return errWords
	}
	e.Kind, e.Page, e.Size, e.Private = mapped, page, 1, private
	if n, ok := argument(args, "count", "npages"); ok {
		e.Size = int64(min(n, maxPages))
	}
	if flags, ok := argument(args, "flags"); ok { // FreeBSD: SFB_CPUPRIVATE 2, SFB_NOWAIT 4
		e.Private, e.NoWait = e.Private || flags&2 != 0, flags&4 != 0
	}
	if len(p.calls) >= maxTasks {
		clear(p.calls) // their returns were lost
	}
	p.calls[string(task)] = *e
	return records.ErrComment
}

// returned completes the call with the address that it returned.
func (p *perf) returned(task, args []byte, e *event) error {
	call, ok := p.calls[string(task)]
	delete(p.calls, string(task))
	addr, hasAddr := argument(args, "ret", "arg1", "addr", "sf")
	switch {
	case !ok || call.Size < 1: // the recording started in between
		return records.ErrOther
	case !hasAddr:
		return errWords
	case addr == 0: // it failed
		return records.ErrOther
	}
	call.Time, call.CPU, call.Addr = e.Time, e.CPU, addr
	*e = call
	return nil
}

func (e *event) endMapping(args []byte) error {
	addr, ok := argument(args, "addr", "mem", "vaddr", "sf", "arg1")
	if !ok {
		return errWords
	}
	e.Kind, e.Addr = ended, addr
	return nil
}

// tracepoint parses "pages:1 reason:local mm shootdown (3)".
func (e *event) tracepoint(args []byte) error {
	pages, rest, _ := bytes.Cut(bytes.TrimSpace(args), []byte{' '})
	pages, ok := bytes.CutPrefix(pages, []byte("pages:"))
	open := bytes.LastIndexByte(rest, '(')
	if !ok || open < 0 || !bytes.HasSuffix(rest, []byte{')'}) {
		return errWords
	}
	return e.flush(rest[open+1:len(rest)-1], pages)
}

// argument finds one of the named arguments in "name=value name=value".
func argument(args []byte, names ...string) (uint64, bool) {
	for _, name := range names {
		for w := range bytes.FieldsSeq(args) {
			if value, ok := bytes.CutPrefix(w, []byte(name+"=")); ok {
				return word(value)
			}
		}
	}
	return 0, false
}
