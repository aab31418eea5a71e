package ops

import (
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/mmu/machines"
)

func FuzzParse(f *testing.F) {
	f.Add(head + "0 alloc a 1 private nowait\n1 store a\n0 kva a\n0 free a\n1 work 50\n1 switch\n0 sysctl a.b=c\n")
	f.Add("lwbench-ops 1\ncpus 1024\npages 7\n1023 alloc x.y-z_1 6\n")
	f.Add(head + "design lwbuf\nset a.b=1\nset a.c=2\nkva 3\ntlb 4x4\nschedule 1:1\n0 alloc a 1 catch\n1 signal 0\n0! free a\n")
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := Parse("f", strings.NewReader(text))
		if (tr == nil) == (err == nil) {
			t.Fatal(tr, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q is more than one line", err)
		}
		if err != nil {
			return
		}
		again, err := Parse("f", strings.NewReader(tr.String()))
		if err != nil || again.String() != tr.String() {
			t.Errorf("written\n%sread back: %v", tr, err)
		}
	})
}

// FuzzReplay looks for traces that make a design panic, or a correct one wrong.
func FuzzReplay(f *testing.F) {
	f.Add(head + "0 alloc a 1 private nowait\n0 store a\n0 free a\n0 alloc b 2\n1 load b\n0 global b\n1 ref b\n1 free b\n")
	f.Add(head + "kva 9\n0 alloc a 1 catch\n1 signal 0\n0! load a\n1! free a\n0! alloc a 2 catch nowait\n0! signal 1\n")
	f.Add(head + "0 alloc a 1\n1 load a\n0 free a\n0 alloc a 2\n1 load a\n1 switch\n0 alloc a 3 nowait\n0 free a\n1 work 5\n1 sysctl lwbuf-rbtree.max=1\n0 alloc a 1\n")
	spec, err := machines.Load(machines.Default)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := Parse("f", strings.NewReader(text))
		if err != nil || tr.CPUs > 8 || tr.Pages > 1000 {
			return
		}
		strays := false // a private buffer that strays is the caller's fault, not the design's
		for _, op := range tr.Ops {
			strays = strays || op.Flags&allocators.Private != 0
		}
		for _, d := range all.Designs() {
			r, err := Replay(tr, spec, d, allocators.Tuning{"sfbuf.nsfbufs": 2, "naive.nsfbufs": 2, "objcache.capacity": 4, "lwbuf-rbtree.max": 3}, Options{})
			if err != nil {
				if !strings.HasPrefix(err.Error(), "f:") || strings.Contains(err.Error(), "\n") {
					t.Errorf("%s: %q is not one line with its place", d.Name, err)
				}
				continue
			}
			if d.KnownFault == "" && !strays && len(r.Reports) > 0 {
				t.Errorf("%s: %q", d.Name, r.Reports)
			}
		}
	})
}
