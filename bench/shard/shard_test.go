package shard

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lwbench/bench/store"
	"lwbench/internal/testsize"
)

func TestParseNumber(t *testing.T) {
	for _, c := range []struct{ flag, env, want string }{
		{"2/8", "", "2/8"},
		{"1/1", "", "1/1"},
		{"0/8", "", "out of range"},
		{"9/8", "", "out of range"},
		{"1/200000", "", "out of range"},
		{"3", "", "expected K/N"},
		{"a/b", "", "expected K/N"},
		{"", "", "expected K/N"},
		{"auto", "", "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX"},
		{"auto", "SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=4", "3/4"},
		{"auto", "SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=2 SLURM_ARRAY_TASK_MAX=5 SLURM_ARRAY_TASK_COUNT=2", "set LWBENCH_SHARDS"},
		{"auto", "SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_MIN=2 SLURM_ARRAY_TASK_MAX=5 SLURM_ARRAY_TASK_COUNT=2 LWBENCH_SHARDS=8", "6/8"},
		{"auto", "SLURM_ARRAY_TASK_ID=8 LWBENCH_SHARDS=8", "expected 0 to 7"},
		{"auto", "SLURM_ARRAY_TASK_ID=x LWBENCH_SHARDS=8", "expected a number"},
		{"auto", "SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_MIN"},
		{"auto", "JOB_COMPLETION_INDEX=0 LWBENCH_SHARDS=3", "1/3"},
		{"auto", "JOB_COMPLETION_INDEX=0", "set LWBENCH_SHARDS to the completions"},
	} {
		env := map[string]string{}
		for _, kv := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(kv, "=")
			env[name] = value
		}
		n, err := ParseNumber(c.flag, func(name string) string { return env[name] })
		got := n.String()
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != c.want || err != nil && (!strings.Contains(got, c.want) || strings.Contains(c.want, "/") && !strings.Contains(c.want, " ")) {
			t.Errorf("%s with %s: %s, want %s", c.flag, c.env, got, c.want)
		}
	}
}

// TestDeal: every item is in one shard, and no shard has more than the mean and the most expensive item.
func TestDeal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		costs := rapid.SliceOf(rapid.Float64Range(0, 1000)).Draw(t, "costs")
		of := rapid.IntRange(1, 12).Draw(t, "shards")
		var all []int
		sum, most := 0.0, 0.0
		for _, c := range costs {
			sum, most = sum+c, max(most, c)
		}
		for k := 1; k <= of; k++ {
			mine := Deal(costs, Number{k, of})
			load := 0.0
			for _, i := range mine {
				load += costs[i]
			}
			if load > sum/float64(of)+most+1e-6 {
				t.Errorf("shard %d/%d has %v of %v", k, of, load, sum)
			}
			if !slices.Equal(mine, Deal(costs, Number{k, of})) || !slices.IsSorted(mine) {
				t.Error("another call gives another shard")
			}
			all = append(all, mine...)
		}
		slices.Sort(all)
		for i, at := range all {
			if i != at {
				t.Fatalf("item %d of %d is nowhere or twice", i, len(costs))
			}
		}
		if len(all) != len(costs) {
			t.Fatalf("%d of %d items", len(all), len(costs))
		}
	})
}

// head is the header of shard k of 2.
func head(k int) *Header {
	return &Header{Args: []string{"sweep", "--ops=5"}, Shard: k, Of: 2, Grid: "g"}
}

// entry is the n-th result.
func entry(n int) *store.Entry {
	return &store.Entry{Key: store.Key{byte(n >> 8), byte(n)}, Code: "c", Data: fmt.Appendf(nil, `{"cell":"%d"}`, n)}
}

// make writes a complete shard of the entries from to to.
func makeShard(t *testing.T, path string, h *Header, from, to int) []byte {
	t.Helper()
	j, err := Open(path, h)
	if err != nil {
		t.Fatal(err)
	}
	for n := from; n < to; n++ {
		if err := j.Save(entry(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestJournalContinues: what a killed program leaves, cut at any byte or with any byte changed, is continued to the bytes of one
// that was not killed; and nothing is left beside the file.
func TestJournalContinues(t *testing.T) {
	dir := t.TempDir()
	want := makeShard(t, filepath.Join(dir, "whole"), head(1), 0, 6)
	j, err := Open(filepath.Join(dir, "part"), head(1))
	if err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		if err := j.Save(entry(5 - n)); err != nil { // in any order
			t.Fatal(err)
		}
	}
	left, err := os.ReadFile(j.part.Name())
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut < 2*len(left); cut += testsize.Choose(37, 3, 3) {
		data := slices.Clone(left)
		if cut < len(left) {
			data = data[:cut]
		} else {
			data[cut-len(left)] ^= 1
		}
		work := filepath.Join(dir, "work", fmt.Sprint(cut))
		if err := os.MkdirAll(work, 0o755); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(work, "s")
		if err := os.WriteFile(path+".123"+partSuffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := Open(path, head(1))
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(data, []byte{'\n'}); again.Found > max(0, lines-1) || cut < len(left) && again.Found != max(0, lines-1) {
			t.Fatalf("cut %d: %d entries found of %d lines", cut, again.Found, lines)
		}
		if got := makeShard(t, path, head(1), 0, 6); !bytes.Equal(got, want) {
			t.Fatalf("cut %d: other bytes:\n%s", cut, got)
		}
		if list, _ := filepath.Glob(filepath.Join(work, "*")); len(list) > 2 || len(list) == 2 && again.Found > 0 {
			t.Fatalf("cut %d: left behind: %v", cut, list)
		}
	}
}

// TestFinishOfADamagedPart: a result that was damaged after it was saved does not make a shard that seems complete.
func TestFinishOfADamagedPart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	j, err := Open(path, head(1))
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		if err := j.Save(entry(n)); err != nil {
			t.Fatal(err)
		}
	}
	part := j.part.Name()
	data, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-9] ^= 1
	if err := os.WriteFile(part, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := j.Finish(); err == nil || !strings.Contains(err.Error(), "2 of 3 results can be read") {
		t.Error(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if got := makeShard(t, path, head(1), 2, 3); bytes.Count(got, []byte("cell")) != 3 {
		t.Errorf("the shard run again:\n%s", got)
	}
}

// TestTwiceAtOnce: two programs run the same shard, and one ends while the other is at it.
func TestTwiceAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	slow, err := Open(path, head(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := slow.Save(entry(0)); err != nil {
		t.Fatal(err)
	}
	want := makeShard(t, path, head(1), 0, 3)
	for n := 1; n < 3; n++ {
		if err := slow.Save(entry(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := slow.Finish(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v, other bytes:\n%s", err, got)
	}
	third, err := Open(path, head(1))
	if err != nil || !third.Complete || third.Found != 3 {
		t.Errorf("%v, complete: %v", err, third.Complete)
	}
	if _, err := Open(path, head(2)); err == nil || !strings.Contains(err.Error(), "shard 1/2 of lwbench sweep --ops=5") {
		t.Error(err)
	}
}

// TestPartsThatAreLeft: parts that programs leave which are killed before their first line is written, or after the complete file
// is, are removed by the next run. A file that only looks like a part stays.
func TestPartsThatAreLeft(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	data := makeShard(t, path, head(1), 0, 3)
	other := makeShard(t, filepath.Join(dir, "other"), head(2), 0, 3)
	for name, data := range map[string][]byte{
		"s.1.part": nil, "s.22.part": data[:10], "s.333.part": data, "s.4.part": other, "s.mine.part": nil,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	makeShard(t, path, head(1), 0, 3)
	left, _ := filepath.Glob(path + ".*")
	if want := []string{path + ".4.part", path + ".mine.part"}; !slices.Equal(left, want) {
		t.Errorf("left: %v, want %v", left, want)
	}
}

// TestProblems: each shard that cannot be merged is named, and only those.
func TestProblems(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "1"), filepath.Join(dir, "2")
	makeShard(t, one, head(1), 0, 3)
	good := makeShard(t, two, head(2), 3, 6)
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	other, third := filepath.Join(dir, "other"), filepath.Join(dir, "third")
	makeShard(t, other, &Header{Args: []string{"sweep", "--ops=6"}, Shard: 2, Of: 2, Grid: "h"}, 3, 6)
	makeShard(t, third, &Header{Args: []string{"sweep", "--ops=5"}, Shard: 3, Of: 3, Grid: "g"}, 3, 6)
	torn := good[:len(good)-1]
	lines := bytes.SplitAfter(good, []byte{'\n'})
	without := bytes.Join(slices.Delete(slices.Clone(lines), 2, 3), nil)
	for _, c := range []struct {
		name  string
		paths []string
		want  []string
	}{
		{"whole", []string{one, two}, nil},
		{"any order", []string{two, one}, nil},
		{"missing", []string{one}, []string{"shard 2/2: missing: run lwbench sweep --ops=5 --shard 2/2"}},
		{"no file", []string{one, two, dir + "/no"}, []string{"/no: missing: there is no such file"}},
		{"doubled", []string{one, two, one}, []string{"/1: doubled: shard 1/2 is"}},
		{"foreign command", []string{one, two, other}, []string{"/other: foreign: of lwbench sweep --ops=6"}},
		{"foreign count", []string{one, two, third}, []string{"/third: foreign: of 3 shards, not of 2"}},
		{"no shard", []string{one, two, file("text", []byte("hello\n"))}, []string{"/text: foreign: not a shard of lwbench"}},
		{"torn", []string{one, file("torn", torn)}, []string{"/torn: damaged: line 5: the line is incomplete: run lwbench sweep --ops=5 --shard 2/2 again"}},
		{"cut", []string{one, file("cut", bytes.Join(lines[:3], nil))}, []string{"/cut: damaged: its end is missing"}},
		{"a line lost", []string{one, file("lost", without)}, []string{"/lost: damaged: line 4: 2 entries instead of 3"}},
		{"a byte", []string{one, file("bit", bytes.Replace(good, []byte(`"4"`), []byte(`"5"`), 1))}, []string{"/bit: damaged: line 3: the line is damaged"}},
		{"all at once", []string{one, one, other}, []string{"doubled", "foreign", "shard 2/2: missing"}},
	} {
		s, problems := ReadSet(c.paths)
		if (s == nil) != (len(problems) > 0) || len(problems) != len(c.want) {
			t.Errorf("%s: %v", c.name, problems)
			continue
		}
		for i, p := range problems {
			if !strings.Contains(p.Error(), c.want[i]) || strings.Contains(p.Error(), "\n") {
				t.Errorf("%s: %v, want %q", c.name, p, c.want[i])
			}
		}
		if s != nil && (s.Entries != 6 || s.Load(entry(4).Key) == nil || s.Load(entry(6).Key) != nil) {
			t.Errorf("%s: %d entries", c.name, s.Entries)
		}
	}
}

// TestDifferentResults: two shards that hold one cell with different figures cannot both be right.
func TestDifferentResults(t *testing.T) {
	dir := t.TempDir()
	makeShard(t, dir+"/1", head(1), 0, 3)
	j, err := Open(dir+"/2", head(2))
	if err != nil {
		t.Fatal(err)
	}
	e := entry(1)
	e.Data = []byte(`{"cell":"different"}`)
	if err := j.Save(e); err != nil {
		t.Fatal(err)
	}
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	if _, problems := ReadSet([]string{dir + "/1", dir + "/2"}); len(problems) != 1 || !strings.Contains(problems[0].Error(), "differs from another shard's") {
		t.Error(problems)
	}
}

// TestSaveAfterAnError: once a line could not be written, no later one is: it would be glued to the torn one.
func TestSaveAfterAnError(t *testing.T) {
	j, err := Open(filepath.Join(t.TempDir(), "s"), head(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Save(entry(0)); err != nil {
		t.Fatal(err)
	}
	_ = j.part.Close() // as a full disk, a write that fails
	for n := 1; n < 3; n++ {
		if err := j.Save(entry(n)); err == nil || !strings.HasPrefix(err.Error(), "cannot write the shard ") {
			t.Errorf("save %d: %v", n, err)
		}
	}
	if j.Load(entry(1).Key) != nil {
		t.Error("an entry that is not in the file counts as saved")
	}
}
