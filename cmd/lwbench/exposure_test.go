package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestExposureLeavesOut: the direct map, which is always exposed, is no line of the table, and neither is a design that the workload
// cannot run; both are said, and if nothing is left it is an error.
func TestExposureLeavesOut(t *testing.T) {
	for _, k := range []struct {
		args   string
		status int
		says   string
	}{
		{"--alloc dmap,lwbuf --workload xio", exitOK, "n/a for dmap: the direct map always reaches every page"},
		{"--alloc kmap-local,lwbuf --workload sendfile", exitOK, "sendfile: n/a for kmap-local: handles move between CPUs"},
		{"--alloc kmap-local --workload sendfile", exitUsage, "sendfile: n/a for kmap-local: handles move between CPUs"},
		{"--alloc dmap --workload xio", exitUsage, "n/a for dmap"},
	} {
		var out, complaint bytes.Buffer
		status := run(append([]string{"exposure", "--cpus", "2", "--ops", "20"}, strings.Fields(k.args)...), nil, &out, &complaint)
		if status != k.status || !strings.Contains(complaint.String(), k.says) || strings.Contains(out.String(), "dmap  ") {
			t.Errorf("%s: exit status %d, want %d\n%s%s", k.args, status, k.status, &complaint, &out)
		}
	}
}
