package records_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"lwbench/bench/input"
	"lwbench/bench/input/records"
)

type pair struct{ key, value string }

// by parses "key<sep>value"; "skip" is a comment, "other" another kind of record, "stop" a fatal error.
func by(sep string) records.Parser[pair] {
	return func(line []byte, p *pair) error {
		switch string(line) {
		case "skip":
			return records.ErrComment
		case "other":
			return records.ErrOther
		case "stop":
			return records.Fatal{Err: errors.New("stopped")}
		}
		k, v, ok := bytes.Cut(line, []byte(sep))
		if !ok {
			return errors.New("no " + sep)
		}
		p.key, p.value = string(k), string(v)
		return nil
	}
}

func formats() []records.Format[pair] {
	always := func(p records.Parser[pair]) func([][]byte) records.Parser[pair] {
		return func([][]byte) records.Parser[pair] { return p }
	}
	return []records.Format[pair]{
		{Name: "colon", Doc: "colons", New: always(by(":"))}, {Name: "equals", Doc: "equals signs", New: always(by("="))},
	}
}

func open(t *testing.T, text, format string) (*records.Reader[pair], error) {
	t.Helper()
	lines, err := input.NewLines("f", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return records.Open(lines, "a pair", formats(), format)
}

// TestReader: the format of most lines is selected; other lines are counted by kind.
func TestReader(t *testing.T) {
	long := strings.Repeat("x", input.MaxLine) + "=1"
	r, err := open(t, "skip\na=1\nb:2\nother\nc=3\n"+long+"\nd=4", "auto")
	if err != nil {
		t.Fatal(err)
	}
	var got []pair
	var p pair
	for err = r.Next(&p); err == nil; err = r.Next(&p) {
		got = append(got, p)
	}
	if want := "[{a 1} {c 3} {d 4}]"; !errors.Is(err, io.EOF) || fmt.Sprint(got) != want || r.Other != 1 || r.Rejects.N != 2 || r.Line() != 7 {
		t.Errorf("%v, %v, want %s; %d others, %+v, %d lines", got, err, want, r.Other, r.Rejects, r.Line())
	}
	if first := r.Rejects.First; first[0].Line != 3 || first[1].Line != 6 || first[1].Why.Error() != "longer than 64 KiB" {
		t.Errorf("%+v", first)
	}
	if r.Format() != "equals signs" {
		t.Error(r.Format())
	}
}

func TestOpen(t *testing.T) {
	if r, err := open(t, "a=1\n", "colon"); err != nil || r.Format() != "colons" {
		t.Errorf("a named format is not used: %v", err)
	}
	for text, want := range map[string]string{
		"": "f: the file is empty", "a\n": "f:1: none of the first 1 lines is a pair in a known format (colon, equals): a", "stop\n": "f: stopped",
	} {
		if _, err := open(t, text, ""); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if _, err := open(t, "a=1\n", "comma"); err == nil || err.Error() != `no format "comma": choose one of auto, colon, equals` {
		t.Error(err)
	}
	r, err := open(t, "a=1\nstop\nb=2\n", "equals")
	var p pair
	if err == nil {
		err = errors.Join(r.Next(&p), r.Next(&p))
	}
	if err == nil || err.Error() != "f:2: stopped" {
		t.Error(err)
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "007": 7, "999999999999999999": 999999999999999999} {
		if n, ok := records.Number([]byte(text)); !ok || n != want {
			t.Errorf("%s: %d %t", text, n, ok)
		}
	}
	for _, bad := range []string{"", "-1", "+1", " 1", "1 ", "0x1", "1e3", "1.0", "9999999999999999999"} {
		if n, ok := records.Number([]byte(bad)); ok {
			t.Errorf("%q is %d", bad, n)
		}
	}
}
