package validate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lwbench/internal/yamlfile"
)

// good is a valid table; the tests break it line by line.
const good = `source: "somebody, 2004"
read: the text
machine: haswell-2s
not-claimed: the rest
cells:
  one: {loop: shootdown, cpus: 1}
  two: {alloc: lwbuf, workload: xio, cpus: 2, ops: 10}
rows:
  - {name: small, value: one.cycles, unit: cycles, published: 200, within: 25%}
  - {name: large, value: two.cycles, unit: cycles, published: [300, 400], within: 2x, why-off: "a reason"}
order:
  - {why: it grows, rows: [small, large]}
`

func TestParse(t *testing.T) {
	table, err := parse("dir/good.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if table.Name != "good" || table.Cells["one"].Machine != "haswell-2s" {
		t.Errorf("%+v", table)
	}
	r := table.Rows[1]
	if (r.Published != Range{300, 400}) || r.Within != 2 || table.Rows[0].Within != 1.25 || r.WhyOff != "a reason" {
		t.Errorf("%+v", table.Rows)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, k := range []struct{ old, new, want string }{
		{"read: the text", "", "1: read: expected some text"},
		{"not-claimed: the rest", "not-claimed: ''", "1: not-claimed: expected some text"},
		{"cpus: 1}", "cpus: 0}", "6: cell one: cpus: choose 1 to 1024"},
		{"cpus: 1}", "cpus: 1, ops: 5}", "6: cell one: a loop has no workload, ops and warmup"},
		{"cpus: 1}", "cpus: 1, alloc: lwbuf}", "6: cell one: alloc: only the loop map runs a design"},
		{"loop: shootdown", "loop: shotdown", `6: cell one: no loop "shotdown": did you mean shootdown?`},
		{"cpus: 1}", "cpus: 1, param: {page: 3}}", `6: cell one: no parameter of loop shootdown "page": did you mean pages?`},
		{"cpus: 1}", "cpus: 1, param: {pages: 0}}", "6: cell one: pages=0: choose 1 to 4096"},
		{"alloc: lwbuf, ", "", "7: cell two: expected alloc and workload, or loop"},
		{"machine: haswell-2s", "", "cell one: no machine is given, here or in the table"},
		{"one.cycles,", "uno.cycles,", "9: row \"small\": value: unknown name uno"},
		{"one.cycles,", "one.cycles +,", "9: row \"small\": value:"},
		{"published: 200", "published: -3", "9: published: expected a positive number"},
		{"published: 200", "published: many", "9: published: expected a number"},
		{"[300, 400]", "[400, 300]", "10: published: expected a positive number"},
		{"within: 25%", "within: 1x", "9: within: \"1x\": expected a percentage or a factor"},
		{"within: 25%", "within: 25", "9: within: \"25\": expected a percentage or a factor"},
		{", within: 25%", "", `9: row "small": within: expected a percentage`},
		{"name: large", "name: small", `row "small": given twice`},
		{"[small, large]", "[small, huge]", `12: order "it grows": no row "huge"`},
		{"[small, large]", "[large, small]", `12: order "it grows": the published value of "small" is not larger than that of "large"`},
		{"value: one.cycles, ", "", `row "small": a row without a value needs why-off`},
		{"value: one.cycles, unit: cycles, published: 200, within: 25%", "unit: cycles, published: 200, why-off: x", `"small" has no value`},
		{"loop: shootdown, cpus: 1", "loop: shootdown, cpus: 1, param: {protocol: vax}", "protocol=vax: choose linux-2008 or linux-2007"},
		{"source:", "sauce:", `1: unknown field "sauce"`},
		{good, "", "1: the table is empty"},
		{good, "a: [", "1: "},
	} {
		_, err := parse("t.yaml", []byte(strings.Replace(good, k.old, k.new, 1)))
		switch {
		case err == nil:
			t.Errorf("%q was taken", k.new)
		case !strings.HasPrefix(err.Error(), "t.yaml:") || !strings.Contains(err.Error(), k.want) || strings.Contains(err.Error(), "\n"):
			t.Errorf("%q: %q, want %q", k.new, err, k.want)
		}
	}
}

func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(file, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if table, err := Load(file); err != nil || table.Name != "own" {
		t.Error(table, err)
	}
	for name, want := range map[string]string{
		"md-2005":         "did you mean md-2004?",
		"zzzzzzzzz":       "choose one of acks-2016, amit-2019, ",
		"/no/such.yaml":   "no such file",
		t.TempDir() + "/": "is a directory",
	} {
		if _, err := Load(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	large := filepath.Join(t.TempDir(), "large.yaml")
	if err := os.WriteFile(large, make([]byte, yamlfile.MaxBytes+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(large); err == nil || !strings.Contains(err.Error(), "more than 256 KiB") {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("cells: {a: {}}\nrows: [{published: [1,2,3]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := parse("fuzz.yaml", data)
		if (table == nil) == (err == nil) {
			t.Error(table, err)
		}
	})
}
