package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fullWriter is a stdout that takes nothing.
type fullWriter struct{}

func (fullWriter) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// outputsOf has command lines of every command, by its name. OUT is a file that the command writes.
var outputsOf = map[string][]string{
	"sweep":            {"sweep CELL -o -", "sweep CELL -o r.txt", "sweep CELL -o OUT", "sweep CELL --dry-run", "sweep --help"},
	"merge":            {"merge OUT big.txt.1-of-1.shard"},
	"cache":            {"cache kept"},
	"run":              {"run CELL", "run CELL --record -", "run CELL --record OUT"},
	"profile":          {"profile CELL", "profile CELL -o -", "profile CELL --html -", "profile CELL -o OUT", "profile CELL --html OUT"},
	"replay":           {"replay t.ops --alloc lwbuf", "replay t.ops --alloc lwbuf --format json", "replay found/naive.ops --html OUT"},
	"import":           {"import cap.txt", "import cap.txt -o -", "import cap.txt -o OUT"},
	"why":              {"why lwbuf --workload xio --cpus 1 --ops 5"},
	"check":            {"check --alloc lwbuf --budget 10", "check --alloc lwbuf --budget 10 --format json", "check --alloc naive --budget 200 --html OUT"},
	"compare":          {"compare r.txt", "compare r.txt --format csv", "compare r.txt --format html"},
	"report":           {"report r.txt -o -", "report r.txt --format md", "report r.txt -o OUT", "report f.txt -o -"},
	"validate":         {"validate md-2004", "validate md-2004 --html OUT"},
	"sensitivity":      {"sensitivity CELL -o -", "sensitivity CELL -o OUT"},
	"exposure":         {"exposure CELL", "exposure CELL -o OUT"},
	"list":             {"list", "list units"},
	"version":          {"version", "--version"},
	"help":             {"help", "help sweep"},
	"completion":       {"completion", "completion bash"},
	"serve":            nil, // its output is a page; the address goes to stderr
	"calibrate":        nil, // measures the host for a minute; it writes with writeFile
	"calibrate-beside": nil, // a process of calibrate
}

// TestLostOutput: output that cannot be written is reported once, in one form and with one status, by every command.
func TestLostOutput(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"t.ops":   "lwbench-ops 1\ncpus 1\n0 alloc a 1\n0 free a\n",
		"cap.txt": "# lwbench-capture 1 vm_map_ram\n1000000 0 100 map 0xffffea0000001000 0xffffc90000100000 4\n",
		"f.txt":   "BenchmarkX 1 9 ns/op\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	line := func(text, out string) []string {
		text = strings.ReplaceAll(text, "CELL", "--alloc lwbuf --workload xio --cpus 1 --ops 5")
		return strings.Fields(strings.ReplaceAll(text, "OUT", out))
	}
	for _, prepare := range []string{"sweep CELL -o r.txt --cache kept", "sweep CELL -o big.txt --shard 1/1", "check --alloc naive --budget 200 -o found"} {
		run(line(prepare, ""), strings.NewReader(""), io.Discard, io.Discard)
	}
	for _, c := range newRoot(io.Discard).Commands() {
		lines, known := outputsOf[c.Name()]
		if !known {
			t.Errorf("lwbench %s: no command line here shows that it reports lost output", c.Name())
		}
		for _, text := range lines {
			var stdout io.Writer = fullWriter{}
			want := "lwbench: cannot write the output: no space left on device\n"
			if strings.Contains(text, "OUT") {
				stdout, want = io.Discard, "lwbench: cannot write /dev/full: no space left on device\n"
			}
			var errs strings.Builder
			status := run(line(text, filepath.FromSlash("/dev/full")), strings.NewReader(""), stdout, &errs)
			if got := errs.String(); status != exitFound || !strings.HasSuffix(got, want) || strings.Count(got, "no space") != 1 {
				t.Errorf("lwbench %s: status %d, want %d; %q, want %q once, at the end", text, status, exitFound, got, want)
			}
		}
	}
}
