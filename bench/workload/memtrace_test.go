package workload

import (
	"fmt"
	"strings"
	"testing"

	"lwbench/allocators/all"
	"lwbench/mmu/smp"
)

// blocks writes a trace in a format from "write, offset, size" in bytes.
func blocks(format string) string {
	var b strings.Builder
	b.WriteString(map[string]string{
		"named": "op,lbn,size,dev\n", "fio 2": "fio version 2 iolog\n", "fio 3": "fio version 3 iolog\n",
	}[format])
	for i := range 600 {
		disk, offset, size := i*i%5, int64(i*i*7919%90)*4096, int64(1+i%5)*2048
		op, r := "Read", "R"
		if i%3 == 0 {
			op, r = "Write", "W"
		}
		switch format {
		case "MSR":
			fmt.Fprintf(&b, "%d,host,%d,%s,%d,%d,9\n", i, disk, op, offset, size)
		case "Alibaba":
			fmt.Fprintf(&b, "%d,%s,%d,%d,%d\n", disk, r, offset, size, i)
		case "named":
			fmt.Fprintf(&b, "%s,%d,%d,%d\n", r, offset/512, size, disk)
		case "fio 2":
			fmt.Fprintf(&b, "/dev/md%d %s %d %d\n", disk, strings.ToLower(op), offset, size)
		case "fio 3":
			fmt.Fprintf(&b, "%d /dev/md%d %s %d %d\n", i, disk, strings.ToLower(op), offset, size)
		case "blkparse":
			fmt.Fprintf(&b, "  8,%d    3        %d     0.0000   697  Q   %s %d + %d [x]\n", disk, i+1, r, offset/512, size/512)
		}
	}
	return b.String()
}

// TestMemdiskFormats: one trace gives one digest in every format, and every page is mapped once per request.
func TestMemdiskFormats(t *testing.T) {
	pages := int64(0)
	for i := range 600 {
		pages += int64((1+i%5)*2048+4095) / 4096
	}
	for _, stripe := range []string{"0", "3"} {
		digest := uint64(0)
		for _, format := range []string{"MSR", "Alibaba", "named", "fio 2", "fio 3", "blkparse"} {
			values := Values{"memdisk.file": logFileOf(t, "trace", blocks(format), format == "MSR"), "memdisk.stripe": stripe, "memdisk.pages": "32"}
			d := all.Designs()[1]
			out := runCell(t, Find("memdisk"), d, 4, 0, 1, values, nil)
			checkOutcome(t, out, d, pages)
			if digest == 0 {
				digest = out.Digest
			}
			notes := strings.Join(out.Notes, "\n")
			if out.Digest != digest || !strings.Contains(notes, "400 reads and 200 writes to 3 disks") {
				t.Errorf("%s, stripe %s: digest %x, want %x; %s", format, stripe, out.Digest, digest, notes)
			}
		}
	}
}

// TestMemdiskSwap: a page that is not in memory is swapped in, unless all of it is written.
func TestMemdiskSwap(t *testing.T) {
	const each = 1000000
	for trace, swapins := range map[string]int{
		"R,0,4096":                    1,
		"R,0,4096 R,0,4096 W,0,4096":  1,
		"W,0,4096 R,0,4096":           0,
		"W,0,512 R,0,4096":            1,
		"W,2048,4096":                 2,
		"R,0,4096 R,4096,4096 R,0,1":  3, // one page of memory
		"R,0,8192 W,0,4096 R,4096,99": 3,
	} {
		text := "op,offset,size\n" + strings.ReplaceAll(trace, " ", "\n") + "\n"
		values := Values{"memdisk.file": logFileOf(t, "trace", text, false), "memdisk.pages": "1", "memdisk.swapin": fmt.Sprint(each)}
		out := runCell(t, Find("memdisk"), all.Designs()[1], 1, 0, 1, values, nil)
		if got := int(out.Spent[smp.CostIdle] / each); got != swapins {
			t.Errorf("%s: swapped in %d times, want %d", trace, got, swapins)
		}
	}
}

// TestMemdiskOneDisk: a single disk is one CPU's work, with a note; stripes spread it.
func TestMemdiskOneDisk(t *testing.T) {
	text := "offset,size\n" + strings.Repeat("0,65536\n65536,65536\n", 50)
	path := logFileOf(t, "trace", text, false)
	one := runCell(t, Find("memdisk"), all.Designs()[1], 4, 0, 1, Values{"memdisk.file": path}, nil)
	if notes := strings.Join(one.Notes, "\n"); !strings.Contains(notes, "one disk takes 100 % of the requests") {
		t.Error(notes)
	}
	spread := runCell(t, Find("memdisk"), all.Designs()[1], 4, 0, 1, Values{"memdisk.file": path, "memdisk.stripe": "8"}, nil)
	if spread.Ops != one.Ops || spread.Elapsed*2 > one.Elapsed || len(spread.Notes) != 2 {
		t.Errorf("striped: %d pages in %d cycles, one unit: %d in %d; %q", spread.Ops, spread.Elapsed, one.Ops, one.Elapsed, spread.Notes)
	}
}

func TestMemdiskBadParams(t *testing.T) {
	for _, k := range []struct {
		values Values
		want   string
	}{
		{Values{"memdisk.file": "x", "memdisk.order": "random"}, "memdisk.order=random: the trace of memdisk.file decides that"},
		{Values{"memdisk.stripe": "8"}, "memdisk.stripe=8: there is no trace: give memdisk.file"},
		{Values{"memdisk.file": "x", "memdisk.format": "csw"}, "memdisk.format=csw: choose auto or csv"},
	} {
		if err := CheckParams(Find("memdisk"), k.values); err == nil || !strings.HasPrefix(err.Error(), k.want) {
			t.Errorf("%v, want %s", err, k.want)
		}
	}
	if err := Find("memdisk").CheckInput(&Cell{Params: Values{"memdisk.file": logFileOf(t, "t", "fio version 2 iolog\n/dev/sda open\n/dev/sda sync 0 0\n", false)}}); err == nil ||
		!strings.Contains(err.Error(), "none of its lines (3) is a read or a write (read as fio iolog)") {
		t.Error(err)
	}
}
