package blocktrace_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"lwbench/bench/input"
	"lwbench/bench/input/blocktrace"
)

// read reads a whole trace and returns "disk R|W offset+size" for each request.
func read(t testing.TB, text, format string) (out []string, r *blocktrace.Reader, err error) {
	t.Helper()
	lines, err := input.NewLines("f", strings.NewReader(text))
	if err != nil {
		return nil, nil, err
	}
	if r, err = blocktrace.Open(lines, format); err != nil {
		return nil, nil, err
	}
	for {
		var q blocktrace.Request
		err := r.Next(&q)
		if errors.Is(err, io.EOF) {
			return out, r, nil
		}
		if err != nil {
			return out, r, err
		}
		op := "R"
		if q.Write {
			op = "W"
		}
		out = append(out, fmt.Sprintf("%s %s %d+%d", q.Disk, op, q.Offset, q.Size))
	}
}

const fio3 = "fio version 3 iolog\n0 /tmp/my disk add\n1 /tmp/my disk open\n15 /tmp/my disk write 8192 4096\n20 /tmp/my disk read 0 512\n" +
	"21 /tmp/my disk sync\n22 /tmp/my disk trim 0 4096\n30 /tmp/my disk close\n"

const fio2 = "fio version 2 iolog\n/dev/sda add\n/dev/sda open\n/dev/sda write 8192 4096\n/dev/sda wait 100 0\n/dev/sda read 0 512\n/dev/sda sync 0 0\n/dev/sda close\n"

const blkparseText = `  8,0    3        1     0.000000000   697  C   W 1 + 8 [0]
  8,0    3        1     0.000000000   697  Q   W 223490 + 8 [kjournald]
  8,0    3        2     0.000001829   697  G   W 223490 + 8 [kjournald]
  8,0    3        3     0.000002197   697  P   N [kjournald]
  8,0    3        4     0.000005533   697  D   W 223490 + 8 [kjournald]
  8,16   1        5     0.000012161  1024  Q  RA 16 + 1 [cat]
  8,0    1        0     0.000012200     0  m   N cfq697 insert_request
  8,0    3        6     0.000020000   697  Q FWS [kjournald]
  8,0    3        7     0.000020000   697  Q   D 64 + 8 [fstrim]
  8,0    3        8     0.000030000     0  C   W 223490 + 8 [0]
CPU3 (sda):
 Reads Queued:           1,        4KiB	 Writes Queued:           1,        4KiB

Total (sda):
 Reads Queued:           1,        4KiB
`

func TestFormats(t *testing.T) {
	const two = "W 8192+4096|R 0+512"
	for _, k := range []struct {
		name, text, format, disk string
		other                    int
		want                     string
	}{
		{"MSR", "1,hosta,0,Write,8192,4096,41\n2,hosta,0,Read,0,512,19\n", "CSV of MSR Cambridge", "hosta:0", 0, two},
		{"MSR, named", "Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime\n1,h,0,Write,8192,4096,41\n2,h,0,Read,0,512,19\n", "CSV with named columns", "h", 0, two},
		{"Alibaba", "419,W,8192,4096,1577808144360767\n419,R,0,512,1577808144360768\n", "CSV of Alibaba", "419", 0, two},
		{"Alibaba, named", "device_id,opcode,offset,length,timestamp\n419,W,8192,4096,1\n419,R,0,512,2\n", "CSV with named columns", "419", 0, two},
		{"Tencent", "1538323200,16,8,1,1283\n1538323201,0,1,0,1283\n", "CSV of Tencent", "1283", 0, two},
		{"CloudPhysics", "\"version\",\"time\",\"op\",\"size\",\"lbn\"\n2,1,42,4096,16\n2,1,40,512,0\n", "CSV with named columns", "", 0, two},
		{"libCacheSim", "# time; obj_id; obj_size; op\n1;16;4096;write\n2;0;512;read\n", "CSV with named columns", "", 0, two},
		{"tabs", "offset\tsize\trw\n8192\t4096\tW\n0\t512\tR\n0\t0\tR\n0\t4096\ttrim\n", "CSV with named columns", "", 2, two},
		{"no op is a read", "offset,size\n8192,4096\n", "CSV with named columns", "", 0, "R 8192+4096"},
		{"fio 2", fio2, "fio iolog", "/dev/sda", 2, two},
		{"fio 3", fio3, "fio iolog", "/tmp/my disk", 2, two},
	} {
		got, r, err := read(t, k.text, "auto")
		if err != nil {
			t.Errorf("%s: %v", k.name, err)
			continue
		}
		want := k.disk + " " + strings.ReplaceAll(k.want, "|", "|"+k.disk+" ")
		if strings.Join(got, "|") != want || r.Format() != k.format || r.Other != k.other || r.Rejects.N != 0 {
			t.Errorf("%s: %q, %s, %d others, %+v; want %q", k.name, got, r.Format(), r.Other, r.Rejects, want)
		}
	}
	got, r, err := read(t, blkparseText, "auto")
	if want := "8,0 W 114426880+4096|8,16 R 8192+512"; err != nil || strings.Join(got, "|") != want || r.Rejects.N != 0 || r.Other != 2 {
		t.Errorf("blkparse: %q, %d others, %+v, %v; want %q", got, r.Other, r.Rejects, err, want)
	}
	issued := strings.ReplaceAll(blkparseText, "  Q ", "  I ")
	if got, _, err := read(t, issued, "auto"); err != nil || strings.Join(got, "|") != "8,0 W 114426880+4096" {
		t.Errorf("blkparse without Q: %q %v", got, err)
	}
}

func TestMSRCase(t *testing.T) {
	data, err := os.ReadFile("testdata/msr.csv")
	if err != nil {
		t.Fatal(err)
	}
	got, r, err := read(t, string(data), "auto")
	want := "hosta:0 R 7014609920+24576|hosta:0 W 1317441536+8192|hosta:0 W 2436440064+4096"
	if err != nil || strings.Join(got, "|") != want || r.Rejects.N != 0 {
		t.Errorf("%q %v, want %q", got, err, want)
	}
}

func TestRejects(t *testing.T) {
	for _, k := range []struct{ format, line, want string }{
		{"msr", "1,h,0,Read,0,512", "not as many columns"},
		{"msr", "1,h,0,Erase,0,512,9", "neither a read nor a write"},
		{"msr", "1,h,0,Read,-1,512,9", "not a number"},
		{"msr", "1,h,0,Read,0,5e3,9", "not a number"},
		{"msr", "1,h,0,Read,0,2147483648,9", "more than 1 GiB"},
		{"tencent", "1,99999999999999999,8,1,5", "offset too large"},
		{"csv", "1,2,3", "names the columns offset and size"},
		{"fio", "/dev/sda read 0 512", "no line \"fio version 2 iolog\""},
		{"fio", "fio version 2 iolog\n/dev/sda erase 0 512", "not an action of an iolog"},
		{"blkparse", "8,0 3 x 0.0 697 Q W 1 + 8 [x]", "not an event of blkparse"},
	} {
		got, r, err := read(t, k.line+"\n", k.format)
		if err != nil || len(got) != 0 || r.Rejects.N != 1 || !strings.Contains(r.Rejects.First[0].Why.Error(), k.want) {
			t.Errorf("%s: %s: %q %v, want %q", k.format, k.line, got, err, k.want)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "f: the file is empty",
		"hello\n":               "f:1: none of the first 1 lines is a request to a disk in a known format (csv, msr, alibaba, tencent, fio, blkparse): hello",
		"time,offset,op\n1,2,R": "f: no column of the first line is the size",
		"time,size,op\n1,2,R":   "f: no column of the first line is the offset",
		"fio version 1 iolog\n": "f: fio version 1 iolog: only versions 2 and 3 are read",
	} {
		_, _, err := read(t, text, "auto")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		fio2, fio3, blkparseText, "1,h,0,Read,0,512,9\n", "419,W,8192,4096,1\n", "1,16,8,1,5\n", "lbn;sectors;op\n1;2;w\n", "offset\tsize\n1\t2\n",
	} {
		for _, format := range blocktrace.Choices() {
			f.Add([]byte(text), format)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, format string) {
		lines, err := input.NewLines("f", strings.NewReader(string(text)))
		if err != nil {
			return
		}
		r, err := blocktrace.Open(lines, format)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%q is not one printable line", err)
			}
			return
		}
		var q blocktrace.Request
		for r.Next(&q) == nil {
			if q.Offset < 0 || q.Size < 1 || q.Size > 1<<30 || q.Offset+q.Size < 0 {
				t.Errorf("%+v", q)
			}
		}
	})
}
