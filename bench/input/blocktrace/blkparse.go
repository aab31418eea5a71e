package blocktrace

import (
	"bytes"
	"errors"

	"lwbench/bench/input/records"
)

var errBlkparse = errors.New("not an event of blkparse: expected MAJOR,MINOR CPU SEQUENCE TIME PID ACTION RWBS SECTOR + COUNT")

// blkparse parses the default output of blkparse. A request passes several stages, each a separate event:
//
//	8,0    3        1     0.000000000   697  Q   W 223490 + 8 [kjournald]
//
// It is counted at one of them: when it is queued (Q), issued to the driver (D), or completed (C), whichever comes
// first in this list and occurs in the first lines.
type blkparse struct {
	stage   byte
	summary bool // the totals at the end have started
}

// newBlkparse selects the stage.
func newBlkparse(head [][]byte) *blkparse {
	for _, stage := range []byte("QDC") {
		for _, line := range head {
			if w := bytes.Fields(line); len(w) > 9 && len(w[5]) == 1 && w[5][0] == stage {
				return &blkparse{stage: stage}
			}
		}
	}
	return &blkparse{stage: 'Q'}
}

func (b *blkparse) parse(line []byte, r *Request) error {
	w := bytes.Fields(line)
	switch {
	case len(w) == 0 || b.summary:
		return records.ErrComment
	case b.begins(w):
		b.summary = true
		return records.ErrComment
	case len(w) < 6 || bytes.IndexByte(w[0], ',') < 0 || len(w[5]) == 0:
		return errBlkparse
	}
	for _, word := range [][]byte{w[1], w[2], w[4]} {
		if _, ok := records.Number(word); !ok {
			return errBlkparse
		}
	}
	switch {
	case len(w[5]) != 1 || w[5][0] != b.stage:
		return records.ErrComment // another stage of the same request, or a message
	case len(w) < 10 || string(w[8]) != "+":
		return records.ErrOther // a flush
	}
	switch kind := w[6]; {
	case kind[0] == 'D': // a discard
		return records.ErrOther
	case bytes.IndexByte(kind, 'W') >= 0:
		r.Write = true
	case bytes.IndexByte(kind, 'R') < 0:
		return records.ErrOther
	}
	r.Disk = w[0]
	return r.span(w[7], w[9], sector, sector)
}

// begins recognises the first line of the totals: "CPU0 (sda):" or "Total (sda):".
func (b *blkparse) begins(w [][]byte) bool {
	return len(w) == 2 && (bytes.HasPrefix(w[0], []byte("CPU")) || string(w[0]) == "Total") && bytes.HasPrefix(w[1], []byte("("))
}
