package ops

import (
	"strings"
	"testing"

	"lwbench/allocators"
)

func TestSysctlErrors(t *testing.T) {
	for _, k := range []struct{ text, design, want string }{
		{"0 sysctl lwbuf-rbtree.most=1\n", "lwbuf-rbtree", "t.ops:3: cpu0: sysctl lwbuf-rbtree.most: lwbuf-rbtree has no such tunable"},
		{"0 sysctl lwbuf-rbtree.max=1\n", "lwbuf", "t.ops:3: cpu0: sysctl lwbuf-rbtree.max: lwbuf has no such tunable"},
		{"1 sysctl lwbuf-rbtree.max=-1\n", "lwbuf-rbtree", "t.ops:3: cpu1: sysctl lwbuf-rbtree.max=-1 is out of range: choose 0 to 65535"},
		{"1 sysctl lwbuf-rbtree.max=x\n", "lwbuf-rbtree", "t.ops:3: cpu1: sysctl lwbuf-rbtree.max=x: not a whole number"},
		{"\n1 sysctl lwbuf-rbtree.scope=global\n", "lwbuf-rbtree", "t.ops:4: cpu1: sysctl lwbuf-rbtree.scope cannot be changed while it runs"},
		{"1 sysctl lwbuf-rbtree.scope=node\n", "lwbuf-rbtree", "t.ops:3: cpu1: sysctl lwbuf-rbtree.scope=node: choose cpu or global"},
		{"0 sysctl sfbuf.nsfbufs=1\n", "sfbuf", "t.ops:3: cpu0: sysctl sfbuf.nsfbufs: no tunable of sfbuf can be changed while it runs"},
	} {
		_, err := replayText(t, head+k.text, k.design, nil)
		if err == nil || !strings.HasPrefix(err.Error(), k.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", k.design, err, k.want)
		}
	}
	for text, want := range map[string]string{
		"0 sysctl\n":              "t.ops:3: sysctl: expected a tunable and its value",
		"0 sysctl a.b\n":          "t.ops:3: sysctl: expected a tunable and its value",
		"0 sysctl a.b=\n":         "t.ops:3: sysctl: expected a tunable and its value",
		"0 sysctl =5\n":           "t.ops:3: sysctl: expected a tunable and its value",
		"\n0 sysctl a.b=5 6\n":    `t.ops:4: "6": expected nothing more on the line`,
		"2 sysctl a.b=5\n":        `t.ops:3: CPU "2": expected 0 to 1`,
		"0 sysctl a.b = 5\n":      "t.ops:3: sysctl: expected a tunable and its value",
		"0 sysctl a.b=5\npages 5": "t.ops:4: pages: expected before the first operation",
	} {
		_, err := Parse("t.ops", strings.NewReader(head+text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestSysctl: the retained mappings are dropped, each with a shootdown; the next use of a page maps it again.
func TestSysctl(t *testing.T) {
	const use = "0 alloc a 1\n0 load a\n0 free a\n"
	for _, scope := range []int64{0, 1} {
		tune := allocators.Tuning{"lwbuf-rbtree.scope": scope}
		r, err := replayText(t, head+use+use+"1 sysctl lwbuf-rbtree.max=0\n"+use+use, "lwbuf-rbtree", tune)
		if err != nil {
			t.Fatal(err)
		}
		if r.Reuses != 1 || r.KenterQuick != 3 || r.Shootdowns != 1 || r.KVAPages != 1 || len(r.Reports) > 0 {
			t.Errorf("scope %d: %s", scope, r.JSON())
		}
	}
}
