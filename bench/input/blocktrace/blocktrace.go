package blocktrace

import (
	"errors"

	"lwbench/bench/input"
	"lwbench/bench/input/records"
)

const (
	sector  = 512     // bytes
	maxSize = 1 << 30 // bytes of one request
	maxEnd  = 1 << 62 // bytes: the largest end of a disk
)

// Request is one read or write. Disk is valid until the next call of Next.
type Request struct {
	Disk   []byte // its name in the trace; empty if the trace has one disk
	Offset int64  // bytes from the start of the disk
	Size   int64  // bytes, at least 1
	Write  bool
}

// Reader reads a trace.
type Reader = records.Reader[Request]

// Open starts to read a trace in the named format, one of Choices, or in the format of most of its first lines.
func Open(lines *input.Lines, format string) (*Reader, error) {
	return records.Open(lines, "a request to a disk", formats(), format)
}

// Choices returns the format names that Open accepts.
func Choices() []string { return records.Choices(formats()) }

type parser = records.Parser[Request]

func formats() []records.Format[Request] {
	return []records.Format[Request]{
		{Name: "csv", Doc: "CSV with named columns", New: func([][]byte) parser { return new(namedCSV).parse }},
		{Name: "msr", Doc: "CSV of MSR Cambridge", New: func([][]byte) parser { return msr().parse }},
		{Name: "alibaba", Doc: "CSV of Alibaba", New: func([][]byte) parser { return alibaba().parse }},
		{Name: "tencent", Doc: "CSV of Tencent", New: func([][]byte) parser { return tencent().parse }},
		{Name: "fio", Doc: "fio iolog", New: func([][]byte) parser { return new(iolog).parse }},
		{Name: "blkparse", Doc: "text of blkparse", New: func(head [][]byte) parser { return newBlkparse(head).parse }},
	}
}

// The reasons why a line is not a request, in any format.
var (
	errNumbers = errors.New("its offset or size is not a number")
	errRange   = errors.New("its size is more than 1 GiB, or its offset too large")
)

// span sets offset and size, given in units of that many bytes, and checks their range.
func (r *Request) span(offset, size []byte, offsetUnit, sizeUnit int64) error {
	at, ok1 := records.Number(offset)
	n, ok2 := records.Number(size)
	switch {
	case !ok1 || !ok2:
		return errNumbers
	case n > maxSize/sizeUnit || at > maxEnd/offsetUnit:
		return errRange
	case n == 0:
		return records.ErrOther
	}
	r.Offset, r.Size = at*offsetUnit, n*sizeUnit
	return nil
}
