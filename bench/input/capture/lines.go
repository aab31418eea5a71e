package capture

import (
	"bytes"
	"strconv"

	"lwbench/bench/input/records"
)

// parseLine parses a line printed by a program of scripts/capture. Numbers are decimal, or hexadecimal with 0x:
//
//	TIME CPU TASK map PAGE ADDRESS PAGES [private] [nowait]
//	TIME CPU TASK unmap ADDRESS
//	TIME CPU TASK send BYTES
//	TIME CPU TASK flush REASON PAGES
//
// TIME is in nanoseconds. '#' starts a comment.
func parseLine(line []byte, e *event) error {
	line, _, _ = bytes.Cut(line, []byte{'#'})
	w := bytes.Fields(line)
	if len(w) == 0 || string(w[0]) == "Attaching" { // bpftrace's greeting: "Attaching 4 probes..."
		return records.ErrComment
	}
	if len(w) < 5 {
		return errVerb
	}
	time, ok := records.Number(w[0])
	if !ok {
		return errTime
	}
	cpu, ok := records.Number(w[1])
	if !ok || cpu >= maxCPU {
		return errCPU
	}
	e.Time, e.CPU = time, int16(cpu)
	args := w[4:]
	switch string(w[3]) {
	case "map":
		return e.beginMapping(args)
	case "unmap":
		e.Kind = ended
		e.Addr, ok = word(args[0])
	case "send":
		e.Kind = sent
		e.Size, ok = records.Number(args[0])
	case "flush":
		if len(args) < 2 {
			return errWords
		}
		return e.flush(args[0], args[1])
	default:
		return errVerb
	}
	if !ok || e.Kind == sent && e.Size < 1 {
		return errWords
	}
	return nil
}

const maxPages = 1 << 16 // of one mapping

func (e *event) beginMapping(args [][]byte) error {
	if len(args) < 3 {
		return errWords
	}
	page, ok1 := word(args[0])
	addr, ok2 := word(args[1])
	size, ok3 := records.Number(args[2])
	if !ok1 || !ok2 || !ok3 || size < 1 || size > maxPages {
		return errWords
	}
	if addr == 0 { // the call failed
		return records.ErrOther
	}
	e.Kind, e.Page, e.Addr, e.Size = mapped, page, addr, size
	for _, flag := range args[3:] {
		switch string(flag) {
		case "private":
			e.Private = true
		case "nowait":
			e.NoWait = true
		default:
			return errWords
		}
	}
	return nil
}

func (e *event) flush(reason, pages []byte) error {
	n, ok := records.Number(reason)
	if !ok || n >= int64(numReasons) {
		return errWords
	}
	size, err := strconv.ParseInt(string(pages), 10, 64)
	if err != nil || size < -1 {
		return errWords
	}
	e.Kind, e.Reason, e.Size = flushed, Reason(n), size
	return nil
}

// word parses a number of 64 bits, decimal or hexadecimal with 0x.
func word(s []byte) (uint64, bool) {
	n, err := strconv.ParseUint(string(s), 0, 64)
	return n, err == nil
}
