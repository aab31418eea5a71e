package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// TestCompletion requests completions as a shell does.
func TestCompletion(t *testing.T) {
	for _, k := range []struct {
		words string // the last one is being typed; _ is an empty one
		want  []string
		not   string
	}{
		{"sweep --alloc lwbuf-r", []string{"lwbuf-rbtree"}, "naive"},
		{"sweep --alloc naive,sf", []string{"naive,sfbuf", "naive,sfbuf-2009"}, "naive,naive"},
		{"run --workload sen", []string{"sendfile"}, "xio"},
		{"replay --machine has", []string{"haswell-2s"}, ""},
		{"sweep --alloc sfbuf --set _", []string{"sfbuf.nsfbufs="}, "lwbuf-rbtree.max="},
		{"sweep --set sfbuf.nsfbufs=", []string{"sfbuf.nsfbufs=1024"}, ""},
		{"sweep --workload memdisk --param mem", []string{"memdisk.order=", "memdisk.file="}, "xio.pages="},
		{"sweep --param memdisk.order=s", []string{"memdisk.order=sequential"}, "memdisk.order=random"},
		{"compare --unit cyc", []string{"cycles/op"}, "ipis/op"},
		{"compare --unit all,ipis", []string{"all,ipis/op"}, ""},
		{"sweep pool", []string{"pool-size"}, "naive"},
		{"list s", []string{"sweeps"}, "units"},
		{"report --format _", []string{"html", "md"}, "json"},
		{"import --format c", []string{"capture"}, ""},
		{"profile --type ti", []string{"time"}, ""},
	} {
		words := strings.Fields(k.words)
		if n := len(words) - 1; words[n] == "_" {
			words[n] = ""
		}
		var out, err bytes.Buffer
		if status := run(append([]string{"__complete"}, words...), strings.NewReader(""), &out, &err); status != 0 {
			t.Errorf("%s: status %d: %s", k.words, status, err.String())
		}
		got := strings.Split(out.String(), "\n")
		for _, w := range k.want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %q does not contain %s", k.words, got, w)
			}
		}
		if k.not != "" && slices.Contains(got, k.not) {
			t.Errorf("%s: %q contains %s", k.words, got, k.not)
		}
	}
}
