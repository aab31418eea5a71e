package main

import (
	"strings"
	"testing"
)

// TestSuggestions: a mistyped name is answered with the nearest, whatever it names, on one line and with exit status 2.
func TestSuggestions(t *testing.T) {
	for args, want := range map[string]string{
		"swep":                                  `no command "swep": did you mean sweep?`,
		"help swep":                             `no command "swep": did you mean sweep?`,
		"completion bsh":                        `no shell "bsh": did you mean bash?`,
		"frobnicate":                            `no command "frobnicate": choose one of `,
		"sweep --aloc lwbuf":                    "unknown flag: --aloc: did you mean --alloc?",
		"sweep -alloc lwbuf":                    "unknown shorthand flag: 'a' in -alloc: did you mean --alloc?",
		"sweep --bogus":                         "unknown flag: --bogus: try lwbench sweep --help",
		"validate --bogus":                      "unknown flag: --bogus: try lwbench validate --help",
		"serve --cpus 4":                        "unknown flag: --cpus: try lwbench serve --help",
		"sweep --cpus 8-1":                      `--cpus "8-1": the range ends before it begins: expected 1-8`,
		"sweep --frobnicate":                    "unknown flag: --frobnicate: try lwbench sweep --help",
		"sweep --alloc lwbuff":                  `no allocator "lwbuff": did you mean lwbuf?`,
		"sweep --workload xioo":                 `no workload "xioo": did you mean xio?`,
		"sweep --machine haswel-2":              `no machine "haswel-2": did you mean haswell-2s?`,
		"sweep --machine numa":                  `no machine "numa": did you mean numa-8s?`,
		"sweep --engine liv":                    `no engine "liv": did you mean live?`,
		"sweep --engine live --ipi-cost non":    `no ipi-cost "non": did you mean none?`,
		"sweep --set sfbuf.nsfbuf=4":            `no tunable "sfbuf.nsfbuf": did you mean sfbuf.nsfbufs?`,
		"sweep --param xio.page=4":              `no parameter "xio.page": did you mean xio.pages?`,
		"sweep pool-siz":                        `no shipped sweep "pool-siz": did you mean pool-size?`,
		"list allocator":                        `no list "allocator": did you mean allocators?`,
		"validate acks":                         `no table "acks": did you mean acks-2016?`,
		"validate --format mdx":                 `no format "mdx": did you mean md?`,
		"report --format htm x":                 `no format "htm": did you mean html?`,
		"compare --format jsn x":                `no format "jsn": did you mean json?`,
		"compare --fail-on regresion x":         `no kind of change "regresion": did you mean regression?`,
		"check --format jsom":                   `no format "jsom": did you mean json?`,
		"replay --format jsom x":                `no format "jsom": did you mean json?`,
		"check --mutants emap-no-flsh":          `no mutant "emap-no-flsh": did you mean emap-no-flush?`,
		"profile --alloc a --type shootdown":    `no sample type "shootdown": did you mean shootdowns?`,
		"import --format perff ../../README.md": `no format "perff": did you mean perf?`,
	} {
		var out, errs strings.Builder
		status := run(strings.Fields(args), strings.NewReader(""), &out, &errs)
		if got := errs.String(); status != exitUsage || !strings.HasPrefix(got, "lwbench: "+want) || strings.Count(got, "\n") != 1 {
			t.Errorf("lwbench %s: status %d, %q, want %q", args, status, got, want)
		}
	}
}
