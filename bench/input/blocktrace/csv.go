package blocktrace

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lwbench/bench/input/records"
)

// The reasons why a line is not a request in CSV.
var (
	errColumns = errors.New("not as many columns as expected")
	errOp      = errors.New("neither a read nor a write")
	errHeader  = errors.New("no line before it names the columns offset and size")
)

// table is a CSV file with known columns, by number; -1 is none.
type table struct {
	columns              int // 0: any number that includes the required ones
	comma                byte
	op, offset, size     int
	disk, diskEnd        int   // first and last column of the disk's name
	offsetUnit, sizeUnit int64 // bytes
	fields               [][]byte
}

// msr is timestamp,hostname,disk,Read|Write,offset,size,responsetime.
func msr() *table {
	return &table{columns: 7, comma: ',', disk: 1, diskEnd: 2, op: 3, offset: 4, size: 5, offsetUnit: 1, sizeUnit: 1}
}

// alibaba is device,R|W,offset,length,timestamp.
func alibaba() *table {
	return &table{columns: 5, comma: ',', disk: 0, diskEnd: 0, op: 1, offset: 2, size: 3, offsetUnit: 1, sizeUnit: 1}
}

// tencent is timestamp,offset,size,0|1,volume, in sectors.
func tencent() *table {
	return &table{columns: 5, comma: ',', disk: 4, diskEnd: 4, op: 3, offset: 1, size: 2, offsetUnit: sector, sizeUnit: sector}
}

func (t *table) parse(line []byte, r *Request) error {
	t.fields = t.fields[:0]
	for f := range bytes.SplitSeq(line, []byte{t.comma}) {
		t.fields = append(t.fields, unquote(f))
	}
	if t.columns > 0 && len(t.fields) != t.columns || len(t.fields) <= max(t.op, t.offset, t.size, t.diskEnd) {
		return errColumns
	}
	if t.disk >= 0 {
		r.Disk = t.fields[t.disk]
		if t.diskEnd > t.disk {
			r.Disk = bytes.Join(t.fields[t.disk:t.diskEnd+1], []byte{':'})
		}
	}
	if t.op >= 0 {
		var err error
		if r.Write, err = isWrite(t.fields[t.op]); err != nil {
			return err
		}
	}
	return r.span(t.fields[t.offset], t.fields[t.size], t.offsetUnit, t.sizeUnit)
}

func unquote(f []byte) []byte { return bytes.Trim(bytes.TrimSpace(f), `"`) }

// isWrite parses an operation: a word, a letter, a SCSI command, or 0 and 1.
func isWrite(op []byte) (bool, error) {
	switch strings.ToLower(string(op)) {
	case "r", "read", "rs", "ra", "rm", "0", "40", "0x28", "28", "8", "168", "136", "0x88", "88":
		return false, nil
	case "w", "write", "ws", "wm", "1", "42", "0x2a", "2a", "10", "170", "138", "0x8a", "8a":
		return true, nil
	case "d", "t", "f", "n", "trim", "discard", "unmap", "flush", "sync", "fsync":
		return false, records.ErrOther
	}
	return false, errOp
}

// The names of columns in traces. An address in blocks counts sectors of 512 bytes.
var (
	offsetNames = []string{"offset", "off", "byte_offset", "start", "address", "addr"}
	blockNames  = []string{"lbn", "lba", "block", "sector", "blkno", "block_address", "obj_id", "obj", "object", "objid", "object_id"}
	sizeNames   = []string{"size", "length", "len", "bytes", "obj_size", "object_size", "request_size", "iosize", "io_size"}
	sectorNames = []string{"sectors", "nsectors", "blocks", "nblocks", "num_sectors"}
	opNames     = []string{"op", "opcode", "type", "cmd", "rw", "operation", "iotype", "io_type", "optype", "op_type", "rwbs", "action"}
	diskNames   = []string{"device_id", "device", "dev", "disk", "disknumber", "disk_id", "volume", "volume_id", "volumeid", "vol", "lun", "hostname"}
)

// namedCSV is a CSV file of any kind whose first line names its columns. The separator is a comma, semicolon or tab.
type namedCSV struct{ t *table }

func (c *namedCSV) parse(line []byte, r *Request) error {
	if c.t == nil {
		return c.header(line)
	}
	return c.t.parse(line, r)
}

// header reads the column names.
func (c *namedCSV) header(line []byte) error {
	comma := byte(',')
	for _, other := range []byte{';', '\t'} {
		if bytes.IndexByte(line, comma) < 0 {
			comma = other
		}
	}
	var names []string
	for f := range bytes.SplitSeq(bytes.TrimLeft(line, "# "), []byte{comma}) {
		names = append(names, strings.ReplaceAll(strings.ToLower(string(unquote(f))), " ", "_"))
	}
	find := func(choices []string) int {
		return slices.IndexFunc(names, func(n string) bool { return slices.Contains(choices, n) })
	}
	t := &table{comma: comma, op: find(opNames), disk: find(diskNames), offsetUnit: 1, sizeUnit: 1}
	if t.offset = find(offsetNames); t.offset < 0 {
		t.offset, t.offsetUnit = find(blockNames), sector
	}
	if t.size = find(sizeNames); t.size < 0 {
		t.size, t.sizeUnit = find(sectorNames), sector
	}
	t.diskEnd = t.disk
	switch {
	case t.offset < 0 && t.size < 0:
		return errHeader
	case t.offset < 0:
		return records.Fatal{Err: fmt.Errorf("no column of the first line is the offset: call it offset (bytes) or lbn (sectors of 512 bytes)")}
	case t.size < 0:
		return records.Fatal{Err: fmt.Errorf("no column of the first line is the size: call it size (bytes) or sectors (of 512 bytes)")}
	}
	c.t = t
	return records.ErrComment
}
