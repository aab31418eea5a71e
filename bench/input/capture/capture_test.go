package capture_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lwbench/allocators/ops"
	"lwbench/bench/input"
	"lwbench/bench/input/capture"
)

func collect(t testing.TB, text, format string) (*capture.Capture, error) {
	t.Helper()
	lines, err := input.NewLines("f", strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	return capture.Read(lines, format, 1000)
}

func file(t *testing.T, name string) *capture.Capture {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	events, err := collect(t, string(data), "auto")
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func TestVMMapRAM(t *testing.T) {
	events := file(t, "vm_map_ram.txt")
	s := events.Summary()
	want := &capture.Summary{
		CPUs: 3, Span: 15000, Mappings: 4, Open: 1, Stray: 1, Pages: 5, Again: 2, Shared: 1, Away: 1,
		Sizes: []capture.Bin{{From: 1, To: 1, N: 2}, {From: 4, To: 7, N: 2}},
		Held:  capture.Quantiles{N: 3, P50: 5000, P90: 5000, P99: 5000, Max: 6000},
		Gap:   capture.Quantiles{N: 2, P50: 8000, P90: 8000, P99: 8000, Max: 10000},
		Pairs: []capture.Pair{{From: 0, To: 0, N: 2}, {From: 1, To: 2, N: 1}},
	}
	if !reflect.DeepEqual(s, want) || events.Format != "output of scripts/capture" || events.Notes != nil {
		t.Errorf("got  %+v\nwant %+v\n%s %q", s, want, events.Format, events.Notes)
	}
	var b bytes.Buffer
	if err := events.WriteOps(&b, "from a test"); err != nil {
		t.Fatal(err)
	}
	trace, err := ops.Parse("t.ops", bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	for _, want := range []string{
		"cpus 3\npages 5\n0 at 0\n0 alloc m0.0 0\n0 load m0.0\n0 alloc m0.1 1\n", "1 at 3000\n1 alloc m1 4\n1 load m1\n0 at 5000\n0 free m0.0\n",
		"2 at 9000\n2 load m1\n2 free m1\n0 at 10000\n0 alloc m2.0 0\n", "1 at 11000\n1 alloc m3 0\n1 load m3\n0 at 15000\n",
	} {
		if !strings.Contains(trace.String(), want) {
			t.Errorf("the trace does not contain\n%s\nit is\n%s", want, trace)
		}
	}
}

func TestPerf(t *testing.T) {
	events := file(t, "perf.txt")
	s := events.Summary()
	if s.Mappings != 2 || s.Private != 1 || s.Open != 0 || s.Away != 1 || s.Pages != 5 || s.Held.Max != 3000 || s.Held.P50 != 1000 {
		t.Errorf("%+v", s)
	}
	if len(events.Notes) != 2 || !strings.Contains(events.Notes[1], "line 8: not an event that lwbench knows") {
		t.Errorf("%q", events.Notes)
	}
}

func TestTLBFlush(t *testing.T) {
	events := file(t, "tlb_flush.txt")
	s := events.Summary()
	if s.Mappings != 0 || s.Targets != 1 || !reflect.DeepEqual(s.Pairs, []capture.Pair{{From: 15, To: 16, N: 1}}) || len(s.Flushes) != 3 {
		t.Errorf("%+v", s)
	}
	for i, want := range []capture.Reason{capture.RemoteShootdown, capture.LocalMMShootdown, capture.RemoteSendIPI} {
		if f := s.Flushes[i]; f.Reason != want || f.N != 1 || f.Full != 0 || !reflect.DeepEqual(f.Pages, []capture.Bin{{From: 1, To: 1, N: 1}}) {
			t.Errorf("%v: %+v", want, f)
		}
	}
	if err := events.WriteOps(new(bytes.Buffer), "x"); err == nil || !strings.Contains(err.Error(), "has no mapping") {
		t.Error(err)
	}
}

// TestOutOfOrder: the buffers of the CPUs are written one after another; the events are sorted by time.
func TestOutOfOrder(t *testing.T) {
	events, err := collect(t, "3 1 1 unmap 0x10\n1 0 1 map 1 0x10 1\n5 0 1 send 5000\n5 0 1 flush 0 -1\n5 0 1 flush 3 33\n", "auto")
	if err != nil {
		t.Fatal(err)
	}
	s := events.Summary()
	if s.Mappings != 1 || s.Stray != 0 || s.Held.Max != 2 || !reflect.DeepEqual(s.Sends, []capture.Bin{{From: 2, To: 3, N: 1}}) || s.Flushes[0].Full != 1 {
		t.Errorf("%+v", s)
	}
}

func TestCollectErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "f: the file is empty",
		"hello world\n":           "f:1: none of the first 1 lines is an event of a capture in a known format (capture, perf): hello world",
		"1 0 1 map 1 0 1\n":       "f:1: the file contains no event (read as output of scripts/capture)",
		"1 2000 1 unmap 1\n":      "f:1: none of the first",
		"x 0 1 map 1 1 1\n":       "f:1: none of the first",
		"1 0 1 map 1 1 0\n":       "f:1: none of the first",
		"1 0 1 map 1 1 1 wired\n": "f:1: none of the first",
		"1 0 1 flush 9 1\n":       "f:1: none of the first",
	} {
		if _, err := collect(t, text, "auto"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzCollect(f *testing.F) {
	for _, name := range []string{"vm_map_ram.txt", "perf.txt", "tlb_flush.txt"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("1 0 1 map 1 2 3 private nowait\n2 0 1 send 77\n3 0 1 flush 4 -1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		events, err := collect(t, string(text), "auto")
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%q is not one printable line", err)
			}
			return
		}
		s := events.Summary()
		if s.Held.N+s.Open != s.Mappings || s.Span < 0 {
			t.Errorf("%+v", s)
		}
		var b bytes.Buffer
		if events.WriteOps(&b, "x") != nil {
			return
		}
		if _, err := ops.Parse("t", &b); err != nil && !strings.Contains(err.Error(), "nanoseconds") && !strings.Contains(err.Error(), "page") {
			t.Errorf("the trace cannot be read: %v", err)
		}
	})
}
